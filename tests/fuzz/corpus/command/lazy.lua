local t = setmetatable({}, {__index = function(_, key) return key end})
arguments = {{t.name, type = t.date, default = date "2026-01-31"}}
function handle(args, ctx) return {n = #args} end
