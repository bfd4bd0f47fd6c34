-- With the functions: one is called otherwise from here on, and others call the new one.
DROP FUNCTION IF EXISTS holdfast.commit_as(text, text, bigint, text, text);
