import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import org.apache.paimon.rest.auth.DLFDefaultSigner;
import org.apache.paimon.rest.auth.DLFOpenApiSigner;
import org.apache.paimon.rest.auth.DLFToken;
import org.apache.paimon.rest.auth.RESTAuthParameter;

/** Checks requests with Paimon's own signers, both of them. */
final class DlfSignatures {

    private static final long MAX_SKEW_SECONDS = 900;

    private DlfSignatures() {}

    /** A request whose query values are percent-encoded the RFC 3986 way (Python, JavaScript). */
    static final class Rfc3986Parameter extends RESTAuthParameter {
        private final Map<String, String> encoded = new HashMap<>();

        Rfc3986Parameter(String path, Map<String, String> params, String method, String data) {
            super(path, Collections.emptyMap(), method, data);
            params.forEach((k, v) -> encoded.put(k, rfc3986(v)));
        }

        @Override
        public Map<String, String> parameters() {
            return encoded;
        }
    }

    static String rfc3986(String s) {
        try {
            return URLEncoder.encode(s, "UTF-8")
                    .replace("+", "%20")
                    .replace("*", "%2A")
                    .replace("%7E", "~");
        } catch (java.io.UnsupportedEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Null when the request is properly signed, else why it is not. */
    static String verify(
            Map<String, String> h, String path, Map<String, String> params, String method, String body) {
        String authz = h.get("authorization");
        if (authz == null) {
            return "no Authorization header";
        }
        try {
            if (DlfTestServer.bearer != null && authz.equals("Bearer " + DlfTestServer.bearer)) {
                return null;
            }
            DLFToken token = new DLFToken(DlfTestServer.ak, DlfTestServer.sk, DlfTestServer.sts, null);
            RESTAuthParameter java = new RESTAuthParameter(path, params, method, body);
            RESTAuthParameter rfc = new Rfc3986Parameter(path, params, method, body);
            if (!body.isEmpty()) {
                String md5 =
                        Base64.getEncoder()
                                .encodeToString(
                                        MessageDigest.getInstance("MD5")
                                                .digest(body.getBytes(StandardCharsets.UTF_8)));
                if (!md5.equals(h.get("content-md5"))) {
                    return "Content-MD5 does not match the body";
                }
                String type = h.get("content-type");
                if (type == null || !type.equals("application/json")) {
                    return "Content-Type is " + type;
                }
            }
            if (authz.startsWith("DLF4-HMAC-SHA256 ")) {
                String date = h.get("x-dlf-date");
                if (date == null) {
                    return "no x-dlf-date header";
                }
                Instant when =
                        ZonedDateTime.parse(
                                        date,
                                        DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
                                                .withZone(ZoneOffset.UTC))
                                .toInstant();
                if (Math.abs(Duration.between(when, Instant.now()).getSeconds()) > MAX_SKEW_SECONDS) {
                    return "x-dlf-date is too far from now: " + date;
                }
                if (!"v1".equals(h.get("x-dlf-version"))) {
                    return "x-dlf-version is " + h.get("x-dlf-version");
                }
                if (!Objects.equals(DlfTestServer.sts, h.get("x-dlf-security-token"))) {
                    return "wrong x-dlf-security-token";
                }
                DLFDefaultSigner signer = new DLFDefaultSigner(DlfTestServer.region);
                if (authz.equals(signer.authorization(java, token, DlfTestServer.HOST, h))
                        || authz.equals(signer.authorization(rfc, token, DlfTestServer.HOST, h))) {
                    return null;
                }
                return "signature mismatch, expected " + signer.authorization(java, token, DlfTestServer.HOST, h);
            }
            if (authz.startsWith("acs ")) {
                Map<String, String> s = new HashMap<>();
                h.forEach((k, v) -> { if (k.startsWith("x-acs-")) { s.put(k, v); } });
                put(s, "Date", h.get("date"));
                put(s, "Accept", h.get("accept"));
                put(s, "Content-MD5", h.get("content-md5"));
                put(s, "Content-Type", h.get("content-type"));
                if (!Objects.equals(DlfTestServer.sts, h.get("x-acs-security-token"))) {
                    return "wrong x-acs-security-token";
                }
                for (String n : new String[] {"x-acs-signature-nonce", "x-acs-signature-method",
                        "x-acs-signature-version", "x-acs-version"}) {
                    if (h.get(n) == null) {
                        return "no " + n + " header";
                    }
                }
                DLFOpenApiSigner signer = new DLFOpenApiSigner();
                String want = signer.authorization(java, token, DlfTestServer.HOST, s);
                return authz.equals(want) ? null : "signature mismatch, expected " + want;
            }
            return "unknown authorization scheme";
        } catch (Exception e) {
            return "cannot verify: " + e;
        }
    }

    private static void put(Map<String, String> m, String k, String v) {
        if (v != null) {
            m.put(k, v);
        }
    }
}
