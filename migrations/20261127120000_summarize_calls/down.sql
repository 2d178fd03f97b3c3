DROP FUNCTION summary_settings_in_effect(boolean);
DROP TABLE summary_requests;
DROP TABLE call_summaries;
DROP TABLE summary_runs;
DROP TABLE summary_settings;
