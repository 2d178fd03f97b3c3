DROP FUNCTION numbers_of_agent(uuid);
DROP FUNCTION move_phone_number(uuid, uuid, uuid, boolean, text);
DROP FUNCTION list_phone_numbers(boolean, text, text, uuid, uuid, int);
DROP FUNCTION sync_phone_numbers(uuid, jsonb);
DROP TABLE phone_numbers;
