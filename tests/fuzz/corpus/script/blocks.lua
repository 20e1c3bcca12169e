local co = coroutine.wrap(function() transaction.atomic(function() Author:create{name="x"} coroutine.yield(1) end) end)
print(pcall(co))
print(pcall(transaction.atomic, function() Author:create{id=1, name="a"} Author:create{id=1, name="b"} end))
local t <close> = setmetatable({}, {__close=function() print("closed") end})
goto done
::done::
while true do pcall(error, {}) end
