local a = Author:create{name="Ann"}
for i = 1, 3 do a.books:create{title="B" .. i, price=decimal"2.50" * i, extra={n=i}} end
for b in Book:filter{price__gt=3}:exclude(Q{title="x"} | ~Q{price__lt=F"price" + 1}):order_by("-price"):limit(2) do
  print(b, b.author.name, b.extra.n)
end
print(Book:aggregate{n=Count"id", s=Sum{"price", filter=Q{title="B1"}}}.s)
