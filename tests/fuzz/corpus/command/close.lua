help = "Closes old carts"
atomic = true
arguments = {
  {"shop", help = "Only this one", required = false},
  {"--days", "-d", type = "integer", default = 30},
  {"--level", choices = {"low", "high"}},
  {"--quick", type = "flag"},
  {"--tag", multiple = true, metavar = "NAME"},
}
examples = {{"--days 7", "Of the last week"}}
local Book = models.shop.Book
for book in Book:filter{stock = 0} do print(book) end
function handle(args, ctx) end
