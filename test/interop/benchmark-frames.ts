/** The queries of benchmarks.py as frames, with the columns of the SQL ones in their order. */
import { asc, col, count, desc, type Expression, type Frame, lit, rowNumber, when } from "../../src/index.ts";
import type { Answer } from "./expect-answer.ts";

const sum = (name: string) => col(name).sum().as(name);
const mean = (name: string) => col(name).mean().as(name);
const n = count().as("n");

/** @param table a table by its name */
export function benchmarkFrames(table: (name: string) => Frame): Readonly<Record<string, Answer>> {
  return { ...h2o(table), ...starSchema(table), ...clickBench(table("hits")) };
}

function h2o(table: (name: string) => Frame): Readonly<Record<string, Answer>> {
  const x = table("x");
  const group = (...keys: string[]) => ({
    agg: (...values: Expression[]) =>
      x
        .groupBy(...keys)
        .agg(...(values as never[]))
        .sort(...keys) as Answer,
  });
  const join = (name: string, on: string, how: "inner" | "left" = "inner") => {
    const joined = table("jx").join(table(name), { on, how });
    return joined.sort("id1", "id2", "id3", "id4", "id5", "id6", "v1", "v2");
  };
  return {
    "h2o group 1": group("id1").agg(sum("v1")),
    "h2o group 2": group("id1", "id2").agg(sum("v1")),
    "h2o group 3": group("id3").agg(sum("v1"), mean("v3")),
    "h2o group 4": group("id4").agg(mean("v1"), mean("v2"), mean("v3")),
    "h2o group 5": group("id6").agg(sum("v1"), sum("v2"), sum("v3")),
    "h2o group 6": group("id4", "id5").agg(col("v3").median().as("median"), col("v3").stddev().as("sd")),
    "h2o group 7": group("id3").agg(col("v1").max().sub(col("v2").min()).as("range")),
    "h2o group 8": x
      .where(col("v3").isNotNull())
      .withColumn("place", rowNumber().over({ partitionBy: "id6", orderBy: desc("v3") }))
      .where(col("place").lte(2))
      .select("id6", col("v3").as("largest"))
      .sort("id6", "largest"),
    "h2o group 9": group("id2", "id4").agg(col("v1").corr(col("v2")).pow(2).as("r2")),
    "h2o group 10": x
      .where(col("id6").lt(40))
      .groupBy("id1", "id2", "id3", "id4", "id5", "id6")
      .agg(sum("v3"), n)
      .sort("id1", "id2", "id3", "id4", "id5", "id6"),
    "h2o join 1": join("small", "id1"),
    "h2o join 2": join("medium", "id2"),
    "h2o join 3": join("medium", "id2", "left"),
    "h2o join 4": join("medium", "id5"),
    "h2o join 5": join("big", "id3").select("id1", "id2", "id3", "v1", "v2"),
  };
}

function starSchema(table: (name: string) => Frame): Readonly<Record<string, Answer>> {
  const dated = table("lineorder").join(table("dates"), { leftOn: "lo_orderdate", rightOn: "d_datekey" });
  const star = dated
    .join(table("customer"), { leftOn: "lo_custkey", rightOn: "c_custkey" })
    .join(table("supplier"), { leftOn: "lo_suppkey", rightOn: "s_suppkey" })
    .join(table("part"), { leftOn: "lo_partkey", rightOn: "p_partkey" });
  const revenue = col("lo_revenue").sum().as("revenue");
  const between = (column: string, low: number, high: number) => col(column).between(low, high);

  const discounts = (...conditions: Expression[]) =>
    dated
      .where(conditions.reduce((all, one) => all.and(one)))
      .agg(col("lo_extendedprice").mul(col("lo_discount")).sum().as("revenue"));
  const brands = (condition: Expression, region: string) =>
    star
      .where(condition, { s_region: region })
      .groupBy("d_year", "p_brand1")
      .agg(revenue)
      .select("revenue", "d_year", "p_brand1")
      .sort("d_year", "p_brand1");
  const flows = (level: string, ...conditions: Expression[]) =>
    star
      .where(conditions.reduce((all, one) => all.and(one)))
      .groupBy(`c_${level}`, `s_${level}`, "d_year")
      .agg(revenue)
      .sort(asc("d_year"), desc("revenue"), `c_${level}`, `s_${level}`);
  const profits = (keys: readonly string[], ...conditions: Expression[]) =>
    star
      .where(
        conditions.reduce((all, one) => all.and(one)),
        col("p_mfgr").isIn(["MFGR#1", "MFGR#2"]),
      )
      .groupBy(...keys)
      .agg(col("lo_revenue").sub(col("lo_supplycost")).sum().as("profit"))
      .sort(...keys);
  const bothIn = (column: string, value: string) =>
    col(`c_${column}`)
      .eq(value)
      .and(col(`s_${column}`).eq(value));
  const twoCities = ["c_city", "s_city"]
    .map((city): Expression => col(city).isIn(["UNITED KI1", "UNITED KI5"]))
    .reduce((all, one) => all.and(one));
  const lastYears = col("d_year").eq(1997).or(col("d_year").eq(1998));

  return {
    "SSB 1.1": discounts(col("d_year").eq(1993), between("lo_discount", 1, 3), col("lo_quantity").lt(25)),
    "SSB 1.2": discounts(
      col("d_yearmonthnum").eq(199401),
      between("lo_discount", 4, 6),
      between("lo_quantity", 26, 35),
    ),
    "SSB 1.3": discounts(
      col("d_weeknuminyear").eq(6),
      col("d_year").eq(1994),
      between("lo_discount", 5, 7),
      between("lo_quantity", 6, 45),
    ),
    "SSB 2.1": brands(col("p_category").eq("MFGR#12"), "AMERICA"),
    "SSB 2.2": brands(col("p_brand1").between("MFGR#2221", "MFGR#2228"), "ASIA"),
    "SSB 2.3": brands(col("p_brand1").eq("MFGR#2221"), "EUROPE"),
    "SSB 3.1": flows("nation", bothIn("region", "ASIA"), between("d_year", 1992, 1997)),
    "SSB 3.2": flows("city", bothIn("nation", "UNITED STATES"), between("d_year", 1992, 1997)),
    "SSB 3.3": flows("city", twoCities, between("d_year", 1992, 1997)),
    "SSB 3.4": flows("city", twoCities, col("d_yearmonth").eq("Dec1997")),
    "SSB 4.1": profits(["d_year", "c_nation"], bothIn("region", "AMERICA")),
    "SSB 4.2": profits(["d_year", "s_nation", "p_category"], bothIn("region", "AMERICA"), lastYears),
    "SSB 4.3": profits(
      ["d_year", "s_city", "p_brand1"],
      col("s_nation").eq("UNITED STATES"),
      lastYears,
      col("p_category").eq("MFGR#14"),
    ),
  };
}

function clickBench(hits: Frame): Readonly<Record<string, Answer>> {
  const views = count().as("views");
  const users = col("user_id").countDistinct().as("u");
  const july = hits.where(
    { counter: 62, dont_count: 0, is_refresh: 0 },
    col("event_date").between("2013-07-01", "2013-07-31"),
  );
  return {
    "ClickBench 0": hits.agg(n),
    "ClickBench 1": hits.where(col("adv_engine").neq(0)).agg(n),
    "ClickBench 2": hits.agg(col("adv_engine").sum().as("a"), n, col("width").mean().as("w")),
    "ClickBench 3": hits.agg(col("user_id").mean().as("u")),
    "ClickBench 5": hits.agg(col("phrase").countDistinct().as("n")),
    "ClickBench 6": hits.agg(col("event_date").min().as("first"), col("event_date").max().as("last")),
    "ClickBench 7": hits.where("adv_engine <> 0").groupBy("adv_engine").agg(n).sort(desc("n")),
    "ClickBench 9": hits
      .groupBy("region")
      .agg(col("adv_engine").sum().as("a"), n, col("width").mean().as("w"), users)
      .sort(desc("n"), "region")
      .limit(5),
    "ClickBench 11": hits
      .where(col("phone_model").neq(""))
      .groupBy("phone", "phone_model")
      .agg(users)
      .sort(desc("u"), "phone", "phone_model"),
    "ClickBench 13": hits
      .where(col("phrase").neq(""))
      .groupBy("phrase")
      .agg(users)
      .sort(desc("u"), "phrase")
      .limit(10),
    "ClickBench 18": hits
      .groupBy("user_id", col("event_time").minute().as("m"), "phrase")
      .agg(n)
      .sort(desc("n"), "user_id", "m", "phrase")
      .limit(10),
    "ClickBench 20": hits.where(col("url").contains("google")).agg(n),
    "ClickBench 22": hits
      .where(col("title").like("%Google%"), col("url").like("%.google.%").not(), col("phrase").neq(""))
      .groupBy("phrase")
      .agg(col("url").min().as("url"), col("title").min().as("title"), n, users)
      .sort(desc("n"), "phrase"),
    "ClickBench 23": hits
      .where(col("url").contains("google"))
      .sort("event_time", "watch")
      .select("watch", "url", "phrase")
      .limit(10),
    "ClickBench 27": hits
      .where(col("url").neq(""))
      .groupBy("counter")
      .agg(col("url").length().mean().as("l"), n)
      .where(col("n").gt(100))
      .sort(desc("l"), "counter"),
    "ClickBench 28": hits
      .where(col("referer").neq(""))
      .groupBy(col("referer").regexpReplace("^https?://(?:www\\.)?([^/]+)/.*$", "\\1").as("k"))
      .agg(col("referer").length().mean().as("l"), n, col("referer").min().as("first"))
      .where(col("n").gt(100))
      .sort(desc("l"), "k"),
    "ClickBench 29": hits.agg(
      col("width").sum().as("s0"),
      col("width").add(1).sum().as("s1"),
      col("width").add(89).sum().as("s89"),
    ),
    "ClickBench 34": hits.groupBy(lit(1).as("one"), "url").agg(n).sort(desc("n"), "url"),
    "ClickBench 35": hits
      .groupBy("client_ip", col("client_ip").sub(1).as("a"), col("client_ip").sub(2).as("b"))
      .agg(n)
      .sort(desc("n"), "client_ip")
      .limit(10),
    "ClickBench 38": july
      .where(col("is_link").neq(0))
      .groupBy("url")
      .agg(views)
      .sort(desc("views"), "url")
      .limit(10, { offset: 1 }),
    "ClickBench 39": july
      .groupBy(
        "source",
        "engine",
        "adv_engine",
        when(col("engine").eq(0).and(col("adv_engine").eq(0)), col("referer"))
          .otherwise("")
          .as("src"),
        col("url").as("dst"),
      )
      .agg(views)
      .sort(desc("views"), "source", "engine", "adv_engine", "src", "dst")
      .limit(20),
    "ClickBench 40": july
      .where(col("source").isIn([-1, 6]))
      .groupBy("event_date")
      .agg(views)
      .sort(desc("views"), "event_date")
      .limit(10),
    "ClickBench 42": july
      .where(col("event_date").between("2013-07-14", "2013-07-15"))
      .groupBy(col("event_time").dateTrunc("minute").strftime("%d %H:%M").as("m"))
      .agg(views)
      .sort("m")
      .limit(10),
  };
}
