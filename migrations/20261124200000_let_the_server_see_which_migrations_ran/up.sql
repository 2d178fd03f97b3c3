-- A server that signs in as the app's role only can tell whether migrations are missing, and say so.
GRANT SELECT ON __diesel_schema_migrations TO echosensei_app;
