-- The roles of a cluster, run as superuser; running it again changes nothing.
-- The owner migrates; the web login owns nothing and has no rights itself: it steps into one of
-- the classes for each transaction (SET LOCAL ROLE). Passwords are set by whoever runs this file.
DO $$
DECLARE
    class text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'iom_owner') THEN
        CREATE ROLE iom_owner;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'iom_web') THEN
        CREATE ROLE iom_web;
    END IF;
    ALTER ROLE iom_owner LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS;
    ALTER ROLE iom_web LOGIN NOINHERIT NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS;

    FOREACH class IN ARRAY ARRAY[
        'iom_session', 'iom_police', 'iom_partner', 'iom_auditor', 'iom_admin', 'iom_service',
        'iom_scoring', 'iom_fairness'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = class) THEN
            EXECUTE format('CREATE ROLE %I', class);
        END IF;
        EXECUTE format('ALTER ROLE %I NOLOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS', class);
        EXECUTE format('GRANT %I TO iom_web, iom_owner WITH INHERIT FALSE, SET TRUE', class);
    END LOOP;
    GRANT iom_web TO iom_owner WITH INHERIT FALSE, SET TRUE;
END
$$;
