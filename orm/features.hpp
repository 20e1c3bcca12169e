// What a database can do, as Django's features: asked instead of its name.
#pragma once

namespace manage::orm {

struct Features {
  bool comments = true;           ///< on tables and columns
  bool deferrable_unique = true;  ///< unique constraints checked at commit
  bool covering_indexes = true;   ///< INCLUDE
  bool nulls_distinct = true;     ///< NULLS NOT DISTINCT
  bool virtual_generated = true;  ///< those computed when they are read
  bool nested_generated = true;   ///< those computed from another one
  bool rich_types = true;         ///< arrays, hstore, ranges, search vectors
  bool index_methods = true;      ///< USING gin and the like, with options
  bool exclusion = true;          ///< constraints that let no two rows overlap
  bool nested_comments = true;    ///< /* a /* b */ c */ is one comment
  bool row_locks = true;          ///< SELECT … FOR UPDATE
  bool distinct_on = true;        ///< DISTINCT by some of the columns
  bool pipelines = true;          ///< several statements in one round trip
  int max_exact_digits = 0;       ///< of a decimal; 0: no limit
};

}  // namespace manage::orm
