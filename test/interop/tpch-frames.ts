/** TPC-H's 22 queries as frames, with the columns of the SQL ones in their order. */
import { col, count, desc, type Expression, type Frame, interval, lit, when } from "../../src/index.ts";
import type { Answer } from "./expect-answer.ts";

/** A day, as conditions compare it. */
const day = (text: string) => lit(text).cast("date");
const from = (column: string, first: string, length: Parameters<typeof interval>[0]) =>
  col(column)
    .gte(day(first))
    .and(col(column).lt(day(first).add(interval(length))));
const revenue = col("l_extendedprice").mul(lit(1).sub(col("l_discount")));

/** @param table a table of the benchmark by its name */
export function tpchFrames(table: (name: string) => Frame): readonly (() => Answer)[] {
  const nationOf = (key: string, name: string) =>
    table("nation").select(col("n_nationkey").as(key), col("n_name").as(name), "n_regionkey");
  const inRegion = (region: string) =>
    table("nation").join(table("region").where({ r_name: region }), {
      leftOn: "n_regionkey",
      rightOn: "r_regionkey",
    });
  const suppliersOf = (nation: string) =>
    table("supplier").join(table("nation").where({ n_name: nation }), {
      leftOn: "s_nationkey",
      rightOn: "n_nationkey",
    });

  return [
    () =>
      table("lineitem")
        .where(col("l_shipdate").lte(day("1998-12-01").sub(interval({ days: 90 }))))
        .groupBy("l_returnflag", "l_linestatus")
        .agg(
          col("l_quantity").sum().as("sum_qty"),
          col("l_extendedprice").sum().as("sum_base_price"),
          revenue.sum().as("sum_disc_price"),
          revenue
            .mul(lit(1).add(col("l_tax")))
            .sum()
            .as("sum_charge"),
          col("l_quantity").mean().as("avg_qty"),
          col("l_extendedprice").mean().as("avg_price"),
          col("l_discount").mean().as("avg_disc"),
          count().as("count_order"),
        )
        .sort("l_returnflag", "l_linestatus"),

    () =>
      table("part")
        .where({ p_size: 15 }, col("p_type").endsWith("BRASS"))
        .join(
          table("partsupp")
            .join(table("supplier"), { leftOn: "ps_suppkey", rightOn: "s_suppkey" })
            .join(inRegion("EUROPE"), { leftOn: "s_nationkey", rightOn: "n_nationkey" })
            .withColumn("least", col("ps_supplycost").min().over({ partitionBy: "ps_partkey" })),
          { leftOn: "p_partkey", rightOn: "ps_partkey" },
        )
        .where(col("ps_supplycost").eq(col("least")))
        .sort(desc("s_acctbal"), "n_name", "s_name", "p_partkey")
        .select("s_acctbal", "s_name", "n_name", "p_partkey", "p_mfgr", "s_address", "s_phone", "s_comment")
        .limit(100),

    () =>
      table("orders")
        .where(col("o_orderdate").lt(day("1995-03-15")))
        .join(table("customer").where({ c_mktsegment: "BUILDING" }), {
          leftOn: "o_custkey",
          rightOn: "c_custkey",
        })
        .join(table("lineitem").where(col("l_shipdate").gt(day("1995-03-15"))), {
          leftOn: "o_orderkey",
          rightOn: "l_orderkey",
        })
        .groupBy(col("o_orderkey").as("l_orderkey"), "o_orderdate", "o_shippriority")
        .agg(revenue.sum().as("revenue"))
        .sort(desc("revenue"), "o_orderdate")
        .select("l_orderkey", "revenue", "o_orderdate", "o_shippriority")
        .limit(10),

    () =>
      table("orders")
        .where(from("o_orderdate", "1993-07-01", { months: 3 }))
        .join(table("lineitem").where(col("l_commitdate").lt(col("l_receiptdate"))), {
          leftOn: "o_orderkey",
          rightOn: "l_orderkey",
          how: "semi",
        })
        .groupBy("o_orderpriority")
        .agg(count().as("order_count"))
        .sort("o_orderpriority"),

    () =>
      table("lineitem")
        .join(table("orders").where(from("o_orderdate", "1994-01-01", { years: 1 })), {
          leftOn: "l_orderkey",
          rightOn: "o_orderkey",
        })
        .join(table("customer"), { leftOn: "o_custkey", rightOn: "c_custkey" })
        .join(table("supplier"), {
          leftOn: ["l_suppkey", "c_nationkey"],
          rightOn: ["s_suppkey", "s_nationkey"],
        })
        .join(inRegion("ASIA"), { leftOn: "c_nationkey", rightOn: "n_nationkey" })
        .groupBy("n_name")
        .agg(revenue.sum().as("revenue"))
        .sort(desc("revenue")),

    () =>
      table("lineitem")
        .where(
          from("l_shipdate", "1994-01-01", { years: 1 }),
          col("l_discount").between(0.05, 0.07),
          col("l_quantity").lt(24),
        )
        .agg(col("l_extendedprice").mul(col("l_discount")).sum().as("revenue")),

    () => {
      const pair = ["FRANCE", "GERMANY"];
      const named = (key: string, name: string) => nationOf(key, name).where(col(name).isIn(pair));
      return table("lineitem")
        .where(col("l_shipdate").between(day("1995-01-01"), day("1996-12-31")))
        .join(table("supplier"), { leftOn: "l_suppkey", rightOn: "s_suppkey" })
        .join(table("orders"), { leftOn: "l_orderkey", rightOn: "o_orderkey" })
        .join(table("customer"), { leftOn: "o_custkey", rightOn: "c_custkey" })
        .join(named("s_nationkey", "supp_nation"), { on: "s_nationkey" })
        .join(named("c_nationkey", "cust_nation"), { on: "c_nationkey" })
        .where(col("supp_nation").neq(col("cust_nation")))
        .groupBy("supp_nation", "cust_nation", col("l_shipdate").year().as("l_year"))
        .agg(revenue.sum().as("revenue"))
        .sort("supp_nation", "cust_nation", "l_year");
    },

    () =>
      table("lineitem")
        .join(table("part").where({ p_type: "ECONOMY ANODIZED STEEL" }), {
          leftOn: "l_partkey",
          rightOn: "p_partkey",
        })
        .join(table("orders").where(col("o_orderdate").between(day("1995-01-01"), day("1996-12-31"))), {
          leftOn: "l_orderkey",
          rightOn: "o_orderkey",
        })
        .join(table("customer"), { leftOn: "o_custkey", rightOn: "c_custkey" })
        .join(inRegion("AMERICA"), { leftOn: "c_nationkey", rightOn: "n_nationkey", how: "semi" })
        .join(table("supplier"), { leftOn: "l_suppkey", rightOn: "s_suppkey" })
        .join(nationOf("s_nationkey", "nation"), { on: "s_nationkey" })
        .groupBy(col("o_orderdate").year().as("o_year"))
        .agg(when(col("nation").eq("BRAZIL"), revenue).otherwise(0).sum().div(revenue.sum()).as("mkt_share"))
        .sort("o_year"),

    () =>
      table("lineitem")
        .join(table("part").where(col("p_name").contains("green")), {
          leftOn: "l_partkey",
          rightOn: "p_partkey",
        })
        .join(table("partsupp"), {
          leftOn: ["l_suppkey", "l_partkey"],
          rightOn: ["ps_suppkey", "ps_partkey"],
        })
        .join(table("supplier"), { leftOn: "l_suppkey", rightOn: "s_suppkey" })
        .join(table("orders"), { leftOn: "l_orderkey", rightOn: "o_orderkey" })
        .join(nationOf("s_nationkey", "nation"), { on: "s_nationkey" })
        .groupBy("nation", col("o_orderdate").year().as("o_year"))
        .agg(
          revenue
            .sub(col("ps_supplycost").mul(col("l_quantity")))
            .sum()
            .as("sum_profit"),
        )
        .sort("nation", desc("o_year")),

    () =>
      table("lineitem")
        .where({ l_returnflag: "R" })
        .join(table("orders").where(from("o_orderdate", "1993-10-01", { months: 3 })), {
          leftOn: "l_orderkey",
          rightOn: "o_orderkey",
        })
        .join(table("customer"), { leftOn: "o_custkey", rightOn: "c_custkey" })
        .join(nationOf("c_nationkey", "n_name"), { on: "c_nationkey" })
        .groupBy(
          col("o_custkey").as("c_custkey"),
          "c_name",
          "c_acctbal",
          "c_phone",
          "n_name",
          "c_address",
          "c_comment",
        )
        .agg(revenue.sum().as("revenue"))
        .sort(desc("revenue"))
        .select("c_custkey", "c_name", "revenue", "c_acctbal", "n_name", "c_address", "c_phone", "c_comment")
        .limit(20),

    () => {
      const value = col("ps_supplycost").mul(col("ps_availqty")).sum();
      const german = table("partsupp").join(suppliersOf("GERMANY"), {
        leftOn: "ps_suppkey",
        rightOn: "s_suppkey",
      });
      return german
        .groupBy("ps_partkey")
        .agg(value.as("value"))
        .join(german.agg(value.mul(0.0001).as("least")), { how: "cross" })
        .where(col("value").gt(col("least")))
        .sort(desc("value"))
        .exclude("least");
    },

    () => {
      const isHigh = col("o_orderpriority").isIn(["1-URGENT", "2-HIGH"]);
      return table("lineitem")
        .where(
          col("l_shipmode").isIn(["MAIL", "SHIP"]),
          col("l_commitdate").lt(col("l_receiptdate")),
          col("l_shipdate").lt(col("l_commitdate")),
          from("l_receiptdate", "1994-01-01", { years: 1 }),
        )
        .join(table("orders"), { leftOn: "l_orderkey", rightOn: "o_orderkey" })
        .groupBy("l_shipmode")
        .agg(isHigh.countIf().as("high_line_count"), isHigh.not().countIf().as("low_line_count"))
        .sort("l_shipmode");
    },

    () =>
      table("customer")
        .join(table("orders").where(col("o_comment").like("%special%requests%").not()), {
          leftOn: "c_custkey",
          rightOn: "o_custkey",
          how: "left",
        })
        .groupBy("c_custkey")
        .agg(col("o_orderkey").count().as("c_count"))
        .groupBy("c_count")
        .agg(count().as("custdist"))
        .sort(desc("custdist"), desc("c_count")),

    () =>
      table("lineitem")
        .where(from("l_shipdate", "1995-09-01", { months: 1 }))
        .join(table("part"), { leftOn: "l_partkey", rightOn: "p_partkey" })
        .agg(
          revenue
            .sum()
            .filter(col("p_type").startsWith("PROMO"))
            .mul(100)
            .div(revenue.sum())
            .as("promo_revenue"),
        ),

    () => {
      const revenues = table("lineitem")
        .where(from("l_shipdate", "1996-01-01", { months: 3 }))
        .groupBy(col("l_suppkey").as("s_suppkey"))
        .agg(revenue.sum().as("total_revenue"));
      return table("supplier")
        .join(revenues, { on: "s_suppkey" })
        .join(revenues.agg(col("total_revenue").max().as("highest")), {
          leftOn: "total_revenue",
          rightOn: "highest",
          how: "semi",
        })
        .select("s_suppkey", "s_name", "s_address", "s_phone", "total_revenue")
        .sort("s_suppkey");
    },

    () =>
      table("partsupp")
        .join(
          table("part").where(
            col("p_brand").neq("Brand#45"),
            col("p_type").startsWith("MEDIUM POLISHED").not(),
            col("p_size").isIn([49, 14, 23, 45, 19, 3, 36, 9]),
          ),
          { leftOn: "ps_partkey", rightOn: "p_partkey" },
        )
        .join(table("supplier").where(col("s_comment").like("%Customer%Complaints%")), {
          leftOn: "ps_suppkey",
          rightOn: "s_suppkey",
          how: "anti",
        })
        .groupBy("p_brand", "p_type", "p_size")
        .agg(col("ps_suppkey").countDistinct().as("supplier_cnt"))
        .sort(desc("supplier_cnt"), "p_brand", "p_type", "p_size"),

    () =>
      table("lineitem")
        .join(table("part").where({ p_brand: "Brand#23", p_container: "MED BOX" }), {
          leftOn: "l_partkey",
          rightOn: "p_partkey",
          how: "semi",
        })
        .withColumn("few", col("l_quantity").mean().over({ partitionBy: "l_partkey" }).mul(0.2))
        .where(col("l_quantity").cast("float64").lt(col("few")))
        .agg(col("l_extendedprice").sum().div(7).as("avg_yearly")),

    () => {
      const large = table("lineitem")
        .groupBy("l_orderkey")
        .agg(col("l_quantity").sum().as("sum(l_quantity)"))
        .where(col("sum(l_quantity)").gt(300));
      return table("orders")
        .join(large, { leftOn: "o_orderkey", rightOn: "l_orderkey" })
        .join(table("customer"), { leftOn: "o_custkey", rightOn: "c_custkey" })
        .sort(desc("o_totalprice"), "o_orderdate")
        .select(
          "c_name",
          col("o_custkey").as("c_custkey"),
          "o_orderkey",
          "o_orderdate",
          "o_totalprice",
          "sum(l_quantity)",
        )
        .limit(100);
    },

    () => {
      const choice = (brand: string, containers: readonly string[], quantity: number, size: number) =>
        col("p_brand")
          .eq(brand)
          .and(col("p_container").isIn(containers))
          .and(col("l_quantity").between(quantity, quantity + 10))
          .and(col("p_size").between(1, size)) as Expression;
      return table("lineitem")
        .where(col("l_shipmode").isIn(["AIR", "AIR REG"]), { l_shipinstruct: "DELIVER IN PERSON" })
        .join(table("part"), { leftOn: "l_partkey", rightOn: "p_partkey" })
        .where(
          choice("Brand#12", ["SM CASE", "SM BOX", "SM PACK", "SM PKG"], 1, 5)
            .or(choice("Brand#23", ["MED BAG", "MED BOX", "MED PKG", "MED PACK"], 10, 10))
            .or(choice("Brand#34", ["LG CASE", "LG BOX", "LG PACK", "LG PKG"], 20, 15)),
        )
        .agg(revenue.sum().as("revenue"));
    },

    () => {
      const half = table("lineitem")
        .where(from("l_shipdate", "1994-01-01", { years: 1 }))
        .groupBy("l_partkey", "l_suppkey")
        .agg(col("l_quantity").sum().mul(0.5).as("half"));
      const chosen = table("partsupp")
        .join(table("part").where(col("p_name").startsWith("forest")), {
          leftOn: "ps_partkey",
          rightOn: "p_partkey",
          how: "semi",
        })
        .join(half, {
          leftOn: ["ps_partkey", "ps_suppkey"],
          rightOn: ["l_partkey", "l_suppkey"],
          where: col("ps_availqty").gt(col("half")),
        });
      return suppliersOf("CANADA")
        .join(chosen, { leftOn: "s_suppkey", rightOn: "ps_suppkey", how: "semi" })
        .select("s_name", "s_address")
        .sort("s_name");
    },

    () => {
      const lines = table("lineitem").select("l_orderkey", "l_suppkey", "l_commitdate", "l_receiptdate");
      const late = lines.where(col("l_receiptdate").gt(col("l_commitdate")));
      const ofAnother = { on: "l_orderkey", where: col("l_suppkey").neq(col("l_suppkey_right")) } as const;
      return late
        .join(lines, { ...ofAnother, how: "semi" })
        .join(late, { ...ofAnother, how: "anti" })
        .join(table("orders").where({ o_orderstatus: "F" }), {
          leftOn: "l_orderkey",
          rightOn: "o_orderkey",
          how: "semi",
        })
        .join(suppliersOf("SAUDI ARABIA"), { leftOn: "l_suppkey", rightOn: "s_suppkey" })
        .groupBy("s_name")
        .agg(count().as("numwait"))
        .sort(desc("numwait"), "s_name")
        .limit(100);
    },

    () => {
      const customers = table("customer")
        .withColumn("cntrycode", col("c_phone").slice(0, 2))
        .where(col("cntrycode").isIn(["13", "31", "23", "29", "30", "18", "17"]));
      const average = customers.where(col("c_acctbal").gt(0)).agg(col("c_acctbal").mean().as("average"));
      return customers
        .join(average, { how: "cross" })
        .where(col("c_acctbal").cast("float64").gt(col("average")))
        .join(table("orders"), { leftOn: "c_custkey", rightOn: "o_custkey", how: "anti" })
        .groupBy("cntrycode")
        .agg(count().as("numcust"), col("c_acctbal").sum().as("totacctbal"))
        .sort("cntrycode");
    },
  ];
}
