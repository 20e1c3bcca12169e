return {
  help = "Short\nand more", handle = function() end,
  arguments = {{"--at", type = "datetime"}, {"--sum", type = "decimal"}},
}
