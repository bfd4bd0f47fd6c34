-- A time zone by the name that has replaced it: browsers still report names of long ago, and not
-- every system's data has them. From the file `backward` of the time zone database, 2025b.
CREATE OR REPLACE FUNCTION holdfast.canonical_time_zone(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(holdfast.replaced_time_zones()->>p_name, p_name)
$$;

CREATE OR REPLACE FUNCTION holdfast.replaced_time_zones() RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb '{
    "Africa/Asmera": "Africa/Nairobi", "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Catamarca": "America/Argentina/Catamarca", "America/Coral_Harbour": "America/Panama",
    "America/Cordoba": "America/Argentina/Cordoba", "America/Godthab": "America/Nuuk",
    "America/Indianapolis": "America/Indiana/Indianapolis",
    "America/Jujuy": "America/Argentina/Jujuy",
    "America/Louisville": "America/Kentucky/Louisville",
    "America/Mendoza": "America/Argentina/Mendoza", "America/Montreal": "America/Toronto",
    "America/Nipigon": "America/Toronto", "America/Pangnirtung": "America/Iqaluit",
    "America/Rainy_River": "America/Winnipeg", "America/Rosario": "America/Argentina/Cordoba",
    "America/Santa_Isabel": "America/Tijuana", "America/Thunder_Bay": "America/Toronto",
    "America/Virgin": "America/Puerto_Rico", "America/Yellowknife": "America/Edmonton",
    "Antarctica/South_Pole": "Pacific/Auckland", "Asia/Ashkhabad": "Asia/Ashgabat",
    "Asia/Calcutta": "Asia/Kolkata", "Asia/Choibalsan": "Asia/Ulaanbaatar",
    "Asia/Chongqing": "Asia/Shanghai", "Asia/Dacca": "Asia/Dhaka",
    "Asia/Istanbul": "Europe/Istanbul", "Asia/Kashgar": "Asia/Urumqi",
    "Asia/Katmandu": "Asia/Kathmandu", "Asia/Macao": "Asia/Macau", "Asia/Rangoon": "Asia/Yangon",
    "Asia/Saigon": "Asia/Ho_Chi_Minh", "Asia/Tel_Aviv": "Asia/Jerusalem",
    "Asia/Thimbu": "Asia/Thimphu", "Asia/Ujung_Pandang": "Asia/Makassar",
    "Asia/Ulan_Bator": "Asia/Ulaanbaatar", "Atlantic/Faeroe": "Atlantic/Faroe",
    "Atlantic/Jan_Mayen": "Europe/Berlin", "Australia/ACT": "Australia/Sydney",
    "Australia/Canberra": "Australia/Sydney", "Australia/Currie": "Australia/Hobart",
    "Australia/LHI": "Australia/Lord_Howe", "Australia/NSW": "Australia/Sydney",
    "Australia/North": "Australia/Darwin", "Australia/Queensland": "Australia/Brisbane",
    "Australia/South": "Australia/Adelaide", "Australia/Tasmania": "Australia/Hobart",
    "Australia/Victoria": "Australia/Melbourne", "Australia/West": "Australia/Perth",
    "Australia/Yancowinna": "Australia/Broken_Hill", "Brazil/Acre": "America/Rio_Branco",
    "Brazil/DeNoronha": "America/Noronha", "Brazil/East": "America/Sao_Paulo",
    "Brazil/West": "America/Manaus", "Canada/Atlantic": "America/Halifax",
    "Canada/Central": "America/Winnipeg", "Canada/Eastern": "America/Toronto",
    "Canada/Mountain": "America/Edmonton", "Canada/Newfoundland": "America/St_Johns",
    "Canada/Pacific": "America/Vancouver", "Canada/Saskatchewan": "America/Regina",
    "Canada/Yukon": "America/Whitehorse", "Chile/Continental": "America/Santiago",
    "Chile/EasterIsland": "Pacific/Easter", "Cuba": "America/Havana", "Egypt": "Africa/Cairo",
    "Eire": "Europe/Dublin", "Europe/Belfast": "Europe/London", "Europe/Kiev": "Europe/Kyiv",
    "Europe/Tiraspol": "Europe/Chisinau", "Europe/Uzhgorod": "Europe/Kyiv",
    "Europe/Zaporozhye": "Europe/Kyiv", "GB": "Europe/London", "GB-Eire": "Europe/London",
    "Hongkong": "Asia/Hong_Kong", "Iceland": "Africa/Abidjan", "Iran": "Asia/Tehran",
    "Israel": "Asia/Jerusalem", "Jamaica": "America/Jamaica", "Japan": "Asia/Tokyo",
    "Kwajalein": "Pacific/Kwajalein", "Libya": "Africa/Tripoli",
    "Mexico/BajaNorte": "America/Tijuana", "Mexico/BajaSur": "America/Mazatlan",
    "Mexico/General": "America/Mexico_City", "NZ": "Pacific/Auckland",
    "NZ-CHAT": "Pacific/Chatham", "Navajo": "America/Denver", "PRC": "Asia/Shanghai",
    "Pacific/Enderbury": "Pacific/Kanton", "Pacific/Johnston": "Pacific/Honolulu",
    "Pacific/Ponape": "Pacific/Guadalcanal", "Pacific/Samoa": "Pacific/Pago_Pago",
    "Pacific/Truk": "Pacific/Port_Moresby", "Pacific/Yap": "Pacific/Port_Moresby",
    "Poland": "Europe/Warsaw", "Portugal": "Europe/Lisbon", "ROC": "Asia/Taipei",
    "ROK": "Asia/Seoul", "Singapore": "Asia/Singapore", "Turkey": "Europe/Istanbul",
    "US/Alaska": "America/Anchorage", "US/Aleutian": "America/Adak",
    "US/Arizona": "America/Phoenix", "US/Central": "America/Chicago",
    "US/East-Indiana": "America/Indiana/Indianapolis", "US/Eastern": "America/New_York",
    "US/Hawaii": "Pacific/Honolulu", "US/Indiana-Starke": "America/Indiana/Knox",
    "US/Michigan": "America/Detroit", "US/Mountain": "America/Denver",
    "US/Pacific": "America/Los_Angeles", "US/Samoa": "Pacific/Pago_Pago", "W-SU": "Europe/Moscow"
  }'
$$;

-- Whether this server can count in that time zone.
CREATE OR REPLACE FUNCTION holdfast.has_time_zone(p_name text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  PERFORM timestamptz '2000-01-01 00:00:00+00' AT TIME ZONE p_name;
  RETURN true;
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN false;
END $$;

-- The name under which a time zone is kept: the one that has replaced it, where the server has it.
CREATE OR REPLACE FUNCTION holdfast.kept_time_zone(p_name text) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN holdfast.has_time_zone(holdfast.canonical_time_zone(p_name))
      THEN holdfast.canonical_time_zone(p_name)
    ELSE p_name
  END
$$;

-- The time zone that a calendar is counted in, here: the kept one, another name of it, or, where
-- the server has none of them, UTC. A subscriber whose zone is lost must not lapse for it; the
-- audit tells.
CREATE OR REPLACE FUNCTION holdfast.counted_time_zone(p_name text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_name text;
BEGIN
  IF holdfast.has_time_zone(p_name) THEN RETURN p_name; END IF;
  FOR v_name IN
    SELECT holdfast.canonical_time_zone(p_name)
    UNION ALL
    SELECT key FROM jsonb_each_text(holdfast.replaced_time_zones()) WHERE value = p_name
  LOOP
    IF holdfast.has_time_zone(v_name) THEN RETURN v_name; END IF;
  END LOOP;
  RETURN 'UTC';
END $$;
