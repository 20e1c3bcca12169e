local b, new = Book:get_or_create{title="a", defaults={price=decimal"1"}}
b.title = "b" b.extra = {x=1} b.extra.y = {2, 3} b:save{update_fields={"title", "extra"}}
b.friends:add(Book:create{title="c"}) b.friends:clear()
Book:bulk_create({{title="d"}, {title="e"}}, {batch_size=1})
print(Book:filter{title__in={"d", "e"}}:update{price=F"price" * 2}, (Book:all():delete()))
print(Book:values("id", "title"):distinct():sql(), Book:values_list{"title", flat=true}[1])
