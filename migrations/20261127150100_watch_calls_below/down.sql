DROP FUNCTION newest_live_events(uuid[]);
DROP FUNCTION running_below(int);
DROP TABLE live_settings;
