DROP FUNCTION platform_rules();
DROP TABLE platform_settings;
