#include "orm/names.hpp"

#include <catch2/catch.hpp>

using namespace manage::orm;
using Columns = std::vector<std::string>;

namespace {

constexpr int kPostgresql = 63;
constexpr int kSqlite = 0;

const char* const kTable = "inventory_warehousestocktransferrequestline";
const char* const kColumn = "destination_warehouse_location_id";

}  // namespace

TEST_CASE("digests join their parts without a separator") {
  CHECK(names_digest({"shop_item", "f"}, 8) == "521b2130");
  CHECK(names_digest({"shop_itemf"}, 8) == "521b2130");
  CHECK(names_digest({"таблица", "столбец"}, 8) == "dcf81687");
}

TEST_CASE("identifiers split at a quoted point") {
  using Parts = std::pair<std::string, std::string>;
  CHECK(split_identifier("shop_item") == Parts("", "shop_item"));
  CHECK(split_identifier("\"shop_item\"") == Parts("", "shop_item"));
  CHECK(split_identifier("app\".\"item") == Parts("app", "item"));
  CHECK(split_identifier("\"app\".\"item\"") == Parts("app", "item"));
  CHECK(split_identifier("a\".\"b\".\"c") == Parts("", "a\".\"b\".\"c"));
  CHECK(split_identifier("app.item") == Parts("", "app.item"));
}

TEST_CASE("only quotes at both ends are stripped") {
  CHECK(strip_quotes("\"t\"") == "t");
  CHECK(strip_quotes("\"t") == "\"t");
  CHECK(strip_quotes("\"") == "\"");
  CHECK(strip_quotes("t") == "t");
}

TEST_CASE("long names are cut with a digest at their end") {
  struct Row {
    std::string name;
    int limit;
    std::string expected;
  };
  const std::string long_table =
      "verylongapplicationlabel_verylongmodelnamethatgoesonandonandonandon";
  std::vector<Row> rows{
      {"shop_item", kPostgresql, "shop_item"},
      {std::string(63, 'a'), kPostgresql, std::string(63, 'a')},
      {std::string(70, 'a'), kPostgresql, std::string(59, 'a') + "0f5c"},
      {"app\".\"" + std::string(70, 'b'), kPostgresql,
       "app\".\"" + std::string(59, 'b') + "fafb"},
      {long_table, kPostgresql,
       "verylongapplicationlabel_verylongmodelnamethatgoesonandonancf9e"},
      {long_table, kSqlite, long_table},
      {"shop_product_recommended_alternative_products_for_customers_in_region",
       kPostgresql,
       "shop_product_recommended_alternative_products_for_customersc494"},
  };
  for (const Row& row : rows) {
    CHECK(truncate_name(row.name, row.limit) == row.expected);
  }
}

TEST_CASE("automatic names are Django's") {
  struct Row {
    std::string table;
    Columns columns;
    std::string suffix;
    int limit;
    std::string expected;
  };
  const Columns both{kColumn, "originating_purchase_order_id"};
  const std::string fk = "_fk_inventory_warehouselocation_id";
  std::vector<Row> rows{
      {"shop_order",
       {"customer_id"},
       "",
       kPostgresql,
       "shop_order_customer_id_f638df20"},
      {"shop_order",
       {"reference"},
       "_like",
       kPostgresql,
       "shop_order_reference_f6fe6de7_like"},
      {"shop_order",
       {"customer_id", "reference"},
       "_uniq",
       kPostgresql,
       "shop_order_customer_id_reference_26b575d2_uniq"},
      {"shop_item_tags",
       {"item_id", "target_id"},
       "_uniq",
       kPostgresql,
       "shop_item_tags_item_id_target_id_cab6383d_uniq"},
      {"shop_item_tags",
       {"item_id"},
       "_fk_shop_item_id",
       kPostgresql,
       "shop_item_tags_item_id_7487b798_fk_shop_item_id"},
      {kTable, both, "_uniq", kPostgresql,
       "inventory_warehousestock_destination_warehouse_lo_67b2d99c_uniq"},
      {kTable, both, "_uniq", kSqlite,
       "inventory_warehousestocktransferrequestline_destination_warehouse_"
       "location_id_originating_purchase_order_id_67b2d99c_uniq"},
      {kTable,
       {kColumn},
       "",
       kPostgresql,
       "inventory_warehousestocktr_destination_warehouse_loca_bad6c984"},
      {kTable,
       {kColumn},
       fk,
       kPostgresql,
       "inventory_warehouses_destination_warehous_bad6c984_fk_inventory"},
      {kTable,
       {kColumn},
       fk,
       kSqlite,
       "inventory_warehousestocktransferrequestline_destination_warehouse_"
       "location_id_bad6c984_fk_inventory_warehouselocation_id"},
      {"1short", {"a"}, "", kPostgresql, "1short_a_3283ade8"},
      {"shop_item",
       {"qty"},
       "_check",
       kPostgresql,
       "shop_item_qty_b49d2b19_check"},
      {"shop_item", {"qty"}, "_pk", kPostgresql, "shop_item_qty_b49d2b19_pk"},
      {"shop_item",
       {"a", "b"},
       "_idx",
       kPostgresql,
       "shop_item_a_b_5356df3f_idx"},
      {"app\".\"shop_item", {"a"}, "", kPostgresql, "shop_item_a_f52c7f22"},
  };
  for (const Row& row : rows) {
    CHECK(auto_name(row.table, row.columns, row.suffix, row.limit) ==
          row.expected);
  }
}

TEST_CASE("a long name never starts with a digit or an underscore") {
  const Columns both{kColumn, "originating_purchase_order_id"};
  CHECK(auto_name("1st_inventory_warehousestocktransferrequestline", both,
                  "_uniq", kPostgresql) ==
        "D1st_inventory_warehouses_destination_warehouse_lo_97abbda6_uni");
  CHECK(auto_name("_xinventory_warehousestocktransferrequestline", both,
                  "_uniq", kPostgresql) ==
        "D_xinventory_warehousesto_destination_warehouse_lo_0262b6cd_uni");
}

TEST_CASE("unnamed indexes of a model get Django's names") {
  CHECK(index_name("shop_order", {"customer_id", "created_at"},
                   {false, true}) == "shop_order_custome_da1929_idx");
  CHECK(index_name("_hidden", {"customer_id"}, {false}) ==
        "Dhidden_custome_968687_idx");
  struct Row {
    const char* suffix;
    const char* expected;
  };
  const Row rows[] = {
      {"gin", "shop_order_custome_ee1800_gin"},
      {"brin", "shop_order_custome_911a8f_brin"},
      {"gist", "shop_order_custome_c47186_gist"},
      {"hash", "shop_order_custome_8f69e7_hash"},
      {"btree", "shop_order_custome_b2ca8a_btree"},
      {"spgist", "shop_order_custome_2c7045_spgist"},
      {"bloom", "shop_order_custome_71183b_bloom"},
  };
  for (const Row& row : rows) {
    CHECK(index_name("shop_order", {"customer_id"}, {false}, row.suffix) ==
          row.expected);
  }
}

TEST_CASE("the server shortens table and column to 63 bytes") {
  const std::string table =
      "verylongtablename_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  const std::string column = "somewhat_long_column_name_bbbbbbbbbbbbbbbbbbb";
  CHECK(server_object_name("shop_target", "", "pkey") == "shop_target_pkey");
  CHECK(server_object_name("shop_item", "qty", "check") ==
        "shop_item_qty_check");
  CHECK(server_object_name(table, "", "pkey") ==
        "verylongtablename_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_pkey");
  CHECK(server_object_name(table, "id", "seq") ==
        "verylongtablename_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_id_seq");
  CHECK(server_object_name(table, column, "key") ==
        "verylongtablename_aaaaaaaaaaa_somewhat_long_column_name_bbb_key");
  CHECK(server_object_name(table, column, "check") ==
        "verylongtablename_aaaaaaaaaa_somewhat_long_column_name_bb_check");
}

TEST_CASE("the server never cuts inside a character") {
  const std::string name = std::string(62, 'a') + "ž";
  CHECK(server_identifier(name) == std::string(62, 'a'));
  CHECK(server_identifier("ž" + std::string(61, 'a')) ==
        "ž" + std::string(61, 'a'));
  CHECK(server_object_name(std::string(57, 'a') + "ž", "", "pkey") ==
        std::string(57, 'a') + "_pkey");
}
