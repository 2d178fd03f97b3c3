DROP TABLE call_views;
