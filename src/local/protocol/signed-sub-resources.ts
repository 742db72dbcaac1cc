/**
 * The query parameters that signature V1 covers. Clients disagree on the rarer ones; this is the union of the
 * lists in the Go, Rust, Python and Node SDKs.
 */
export const signedSubResources: ReadonlySet<string> = new Set([
  ..."acl uploads location cors logging website referer lifecycle delete append tagging objectMeta".split(
    " ",
  ),
  ..."uploadId partNumber security-token position img style styleName replication".split(" "),
  ..."replicationProgress replicationLocation cname bucketInfo comp qos live status vod".split(" "),
  ..."startTime endTime symlink response-content-type response-content-language".split(" "),
  ..."response-expires response-cache-control response-content-disposition".split(" "),
  ..."response-content-encoding udf udfName udfImage udfId udfImageDesc udfApplication".split(" "),
  ..."udfApplicationLog restore callback callback-var qosInfo policy stat encryption".split(" "),
  ..."versions versioning versionId requestPayment sequential inventory inventoryId".split(" "),
  ..."continuation-token asyncFetch worm wormId wormExtend withHashContext".split(" "),
  ..."transferAcceleration regionList cloudboxes metaQuery resourceGroup group link objectInfo".split(" "),
  ..."x-oss-process x-oss-async-process x-oss-traffic-limit x-oss-request-payer".split(" "),
  ..."x-oss-enable-md5 x-oss-enable-sha1 x-oss-enable-sha256 x-oss-hash-ctx x-oss-md5-ctx".split(" "),
  ..."x-oss-ac-source-ip x-oss-ac-subnet-mask x-oss-ac-vpc-id x-oss-ac-forward-allow".split(" "),
  "x-oss-write-get-object-response",
]);
