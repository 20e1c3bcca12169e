print(decimal"1.10" / 3, date"2026-01-31" + duration{days=1}, datetime"2026-01-31 10:00" - now(), uuid(), #bytes"ab")
print(json.encode(json.decode'{"a":[1,2.5,null,{}]}'), NULL == NULL, time"12:30" < time"12:31")
local ok, e = pcall(decimal, "x") print(ok, e.code, e.hint)
