"""The rules of identifiers and of searched names in SQL, for feeds; a parity test ties them to `iom.persons.rules`."""

from django.db import migrations

FUNCTIONS = r"""
CREATE OR REPLACE FUNCTION persons_check_letter(digits text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN substr('ZABCDEFGHJKLMNPQRTUVWXY', digits::bigint::integer % 23 + 1, 1);

CREATE OR REPLACE FUNCTION persons_pnc_of(year text, serial text, letter text, this_year integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN (CASE WHEN length(year) = 4 THEN year::integer
               WHEN year::integer > this_year % 100 THEN 1900 + year::integer
               ELSE this_year / 100 * 100 + year::integer END) BETWEEN 1900 AND this_year
        AND letter = persons_check_letter(right(year, 2) || lpad(serial, 7, '0'))
    THEN (CASE WHEN length(year) = 4 THEN year
               WHEN year::integer > this_year % 100 THEN (1900 + year::integer)::text
               ELSE (this_year / 100 * 100 + year::integer)::text END) || '/' || lpad(serial, 7, '0') || letter
END;

CREATE OR REPLACE FUNCTION persons_pnc(value text, this_year integer) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = public, pg_temp AS $$
DECLARE
    tidy text := upper(btrim(value, E' \t\r\n'));
    part text[];
    digits text;
BEGIN
    part := regexp_match(tidy, '^([0-9]{4}|[0-9]{2})/([0-9]{1,7})([A-Z])$');
    IF part IS NOT NULL THEN
        RETURN persons_pnc_of(part[1], part[2], part[3], this_year);
    END IF;
    part := regexp_match(tidy, '^([0-9]{3,11})([A-Z])$');
    IF part IS NULL THEN
        RETURN NULL;
    END IF;
    digits := part[1];
    RETURN coalesce(
        CASE WHEN length(digits) BETWEEN 3 AND 9 THEN persons_pnc_of(left(digits, 2), substr(digits, 3), part[2], this_year) END,
        CASE WHEN length(digits) BETWEEN 5 AND 11 THEN persons_pnc_of(left(digits, 4), substr(digits, 5), part[2], this_year) END
    );
END $$;

CREATE OR REPLACE FUNCTION persons_cro(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = public, pg_temp AS $$
DECLARE
    tidy text := upper(btrim(value, E' \t\r\n'));
    part text[];
BEGIN
    part := regexp_match(tidy, '^SF([0-9]{2})/([0-9]{1,6})([A-Z])$');
    IF part IS NOT NULL THEN
        RETURN CASE WHEN part[3] = persons_check_letter(part[1] || part[2]) THEN tidy END;
    END IF;
    part := regexp_match(tidy, '^([0-9]{1,6})/([0-9]{2})([A-Z])$');
    IF part IS NOT NULL AND part[3] = persons_check_letter(part[2] || lpad(part[1], 6, '0')) THEN
        RETURN lpad(part[1], 6, '0') || '/' || part[2] || part[3];
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION persons_search_name(family text, given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN btrim(regexp_replace(
    regexp_replace(lower(normalize(coalesce(family, '') || ' ' || coalesce(given, ''), NFKD)), '[^[:alpha:] ]', '', 'g'),
    ' +', ' ', 'g'
));
"""
DROP = """
DROP FUNCTION IF EXISTS persons_search_name(text, text);
DROP FUNCTION IF EXISTS persons_cro(text);
DROP FUNCTION IF EXISTS persons_pnc(text, integer);
DROP FUNCTION IF EXISTS persons_pnc_of(text, text, text, integer);
DROP FUNCTION IF EXISTS persons_check_letter(text);
"""


class Migration(migrations.Migration):
    dependencies = [("persons", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTIONS, DROP)]
