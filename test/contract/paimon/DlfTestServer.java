import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.net.ServerSocketFactory;

import okhttp3.mockwebserver.Dispatcher;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import okhttp3.mockwebserver.RecordedRequest;

import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.catalog.TableMetadata;
import org.apache.paimon.rest.RESTApi;
import org.apache.paimon.rest.RESTCatalogServer;
import org.apache.paimon.rest.RESTToken;
import org.apache.paimon.rest.auth.AuthProvider;
import org.apache.paimon.rest.requests.AlterTableRequest;
import org.apache.paimon.rest.requests.CreateTableRequest;
import org.apache.paimon.rest.requests.RenameTableRequest;
import org.apache.paimon.rest.responses.ConfigResponse;
import org.apache.paimon.schema.SchemaChange;
import org.apache.paimon.schema.TableSchema;

/**
 * Serves Paimon's own mock REST catalog ({@link RESTCatalogServer}, a test class that Paimon publishes) on a local
 * port, prints its address as one line of JSON, and ends when its standard input does. DLF signatures are checked with
 * Paimon's signer classes; what the class does not do for tables of type "lance-table" is added.
 */
public class DlfTestServer {

    static final String HOST = "127.0.0.1";

    static int port;
    static String prefix = "paimon";
    static String warehouse = "wh";
    static String region = "cn-hangzhou";
    static String ak = "test-ak";
    static String sk = "test-sk";
    static String sts = null; // security token the client must send; null = must not be sent
    static String bearer = null; // accept "Bearer <token>" as well
    static String dataDir = "data";
    static long tokenTtlMillis = 4_000_000L;
    static final Map<String, String> defaults = new LinkedHashMap<>();
    static final Map<String, String> overrides = new LinkedHashMap<>();

    /** Each option is followed by its value; --default and --override may come many times, as key=value. */
    static void parse(String[] a) {
        for (int i = 0; i + 1 < a.length; i += 2) {
            String v = a[i + 1];
            switch (a[i]) {
                case "--prefix": prefix = v; break;
                case "--warehouse": warehouse = v; break;
                case "--region": region = v; break;
                case "--ak": ak = v; break;
                case "--sk": sk = v; break;
                case "--sts": sts = v; break;
                case "--bearer": bearer = v; break;
                case "--data": dataDir = v; break;
                case "--default": put(defaults, v); break;
                case "--override": put(overrides, v); break;
                default: throw new IllegalArgumentException(a[i]);
            }
        }
    }

    static void put(Map<String, String> m, String pair) {
        int p = pair.indexOf('=');
        m.put(pair.substring(0, p), pair.substring(p + 1));
    }

    // ------------------------------------------------------------------ tables of type lance-table

    static RESTCatalogServer server;
    static MockWebServer web;
    static Map<String, TableMetadata> tables;
    static Dispatcher inner;

    static boolean isLance(TableMetadata m) {
        return m != null && "lance-table".equals(m.schema().options().get("type"));
    }

    static MockResponse json(int status, Object body) {
        try {
            return new MockResponse()
                    .setResponseCode(status)
                    .addHeader("Content-Type", "application/json")
                    .setBody(RESTApi.OBJECT_MAPPER.writeValueAsString(body));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static MockResponse error(int status, String type, String name, String message) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("resourceType", type);
        m.put("resourceName", name);
        m.put("message", message);
        m.put("code", status);
        return json(status, m);
    }

    /** A request that only carries its method, path and body, as the inner dispatcher needs it. */
    static RecordedRequest copy(RecordedRequest r, String body) {
        okio.Buffer b = new okio.Buffer().writeUtf8(body);
        return new RecordedRequest(
                r.getRequestLine(), r.getHeaders(), Collections.emptyList(), b.size(), b,
                r.getSequenceNumber(), socketOf());
    }

    static Socket socketOf() {
        // RecordedRequest asks its socket only for the local address (host and port of the URL)
        return new Socket() {
            @Override
            public InetAddress getLocalAddress() {
                return InetAddress.getLoopbackAddress();
            }

            @Override
            public int getLocalPort() {
                return port;
            }
        };
    }

    static final Pattern TABLE =
            Pattern.compile("^/v1/[^/]+/databases/([^/]+)/tables/([^/]+)(/token)?$");
    static final Pattern TABLES = Pattern.compile("^/v1/[^/]+/databases/([^/]+)/tables$");
    static final Pattern DATABASE = Pattern.compile("^/v1/[^/]+/databases/([^/]+)$");
    static final Pattern RENAME = Pattern.compile("^/v1/[^/]+/tables/rename$");

    static String dec(String s) throws Exception {
        return URLDecoder.decode(s, "UTF-8");
    }

    static MockResponse handle(RecordedRequest r, String path, String body) throws Exception {
        String method = r.getMethod();
        Matcher m = TABLES.matcher(path);
        if (m.matches() && "POST".equals(method)) {
            CreateTableRequest q = RESTApi.fromJson(body, CreateTableRequest.class);
            String full = q.getIdentifier().getFullName();
            // the inner server never sees that a lance table already exists
            if (tables.containsKey(full)) {
                return error(409, "TABLE", q.getIdentifier().getTableName(),
                        "Table " + full + " already exists.");
            }
        }
        m = TABLE.matcher(path);
        if (m.matches()) {
            Identifier id = Identifier.create(dec(m.group(1)), dec(m.group(2)));
            TableMetadata meta = tables.get(id.getFullName());
            if (isLance(meta)) {
                if (m.group(3) != null) {
                    server.setDataToken(id, newToken(id));
                } else if (m.group(3) == null && "POST".equals(method)) {
                    return alter(id, meta, body);
                } else if (m.group(3) == null && "DELETE".equals(method)) {
                    MockResponse res = inner.dispatch(copy(r, body));
                    if (!meta.isExternal() && !tables.containsKey(id.getFullName())) {
                        deleteTree(local(meta.schema().options().get("path")));
                    }
                    return res;
                }
            }
        }
        if (RENAME.matcher(path).matches() && "POST".equals(method)) {
            RenameTableRequest q = RESTApi.fromJson(body, RenameTableRequest.class);
            TableMetadata meta = tables.get(q.getSource().getFullName());
            if (isLance(meta)) { // metadata only: the location stays as it is
                if (tables.containsKey(q.getDestination().getFullName())) {
                    return error(409, "TABLE", q.getDestination().getTableName(), "Table "
                            + q.getDestination().getFullName() + " already exists.");
                }
                tables.remove(q.getSource().getFullName());
                tables.put(q.getDestination().getFullName(), meta);
                return new MockResponse().setResponseCode(200);
            }
        }
        m = DATABASE.matcher(path);
        boolean dropDb = m.matches() && "DELETE".equals(method);
        String db = m.matches() ? dec(m.group(1)) : null;
        MockResponse res = inner.dispatch(copy(r, body));
        if (dropDb && res.getStatus().contains(" 200 ")) {
            tables.keySet().removeIf(k -> k.startsWith(db + ".")); // else they come back
        }
        return res;
    }

    static MockResponse alter(Identifier id, TableMetadata meta, String body) throws Exception {
        AlterTableRequest q = RESTApi.fromJson(body, AlterTableRequest.class);
        Map<String, String> options = new HashMap<>(meta.schema().options());
        TableSchema s = meta.schema();
        for (SchemaChange c : q.getChanges()) {
            if (c instanceof SchemaChange.SetOption) {
                SchemaChange.SetOption o = (SchemaChange.SetOption) c;
                options.put(o.key(), o.value());
            } else if (c instanceof SchemaChange.RemoveOption) {
                options.remove(((SchemaChange.RemoveOption) c).key());
            } else {
                return error(501, null, null, "only setOption and removeOption on a lance table");
            }
        }
        TableSchema next =
                new TableSchema(s.id() + 1, s.fields(), s.highestFieldId(), s.partitionKeys(),
                        s.primaryKeys(), options, s.comment());
        tables.put(id.getFullName(), new TableMetadata(next, meta.isExternal(), meta.uuid()));
        return new MockResponse().setResponseCode(200);
    }

    static RESTToken newToken(Identifier id) {
        long now = System.currentTimeMillis();
        Map<String, String> t = new LinkedHashMap<>();
        t.put("fs.oss.accessKeyId", "STS." + id.getFullName());
        t.put("fs.oss.accessKeySecret", "secret-" + now);
        t.put("fs.oss.securityToken", "token-" + now);
        t.put("fs.oss.endpoint", "oss-" + region + "-internal.aliyuncs.com");
        return new RESTToken(t, now + tokenTtlMillis);
    }

    static String local(String path) {
        return path.replaceFirst("^file:/+", "/");
    }

    static void deleteTree(String path) throws Exception {
        java.nio.file.Path p = Paths.get(path).toAbsolutePath().normalize();
        if (!p.startsWith(Paths.get(dataDir).toAbsolutePath().normalize()) || !Files.exists(p)) {
            return;
        }
        try (Stream<java.nio.file.Path> walk = Files.walk(p)) {
            walk.sorted(Comparator.reverseOrder()).forEach(x -> x.toFile().delete());
        }
    }


    static final class Checked extends Dispatcher {
        @Override
        public MockResponse dispatch(RecordedRequest r) {
            String body = r.getBody().readUtf8();
            String target = r.getPath();
            int mark = target.indexOf('?');
            String path = mark < 0 ? target : target.substring(0, mark);
            try {
                Map<String, String> headers = new HashMap<>();
                r.getHeaders().toMultimap().forEach(
                        (k, v) -> headers.put(k.toLowerCase(Locale.ROOT), v.get(0)));
                Map<String, String> params = new HashMap<>();
                if (mark >= 0) {
                    for (String pair : target.substring(mark + 1).split("&")) {
                        int e = pair.indexOf('=');
                        params.put(e < 0 ? pair : pair.substring(0, e),
                                e < 0 ? "" : dec(pair.substring(e + 1)));
                    }
                }
                String why = DlfSignatures.verify(headers, path, params, r.getMethod(), body);
                if (why == null) {
                    why = missingHeader(headers, path);
                }
                MockResponse res;
                if (why != null) {
                    res = error(401, null, null, why);
                } else {
                    synchronized (web) { // the Paimon class keeps its state in plain HashMaps
                        res = withPlainPaths(handle(r, path, body));
                    }
                }
                return res.setHeader("x-request-id", "req-" + r.getSequenceNumber());
            } catch (Exception e) {
                return error(500, null, null, String.valueOf(e));
            }
        }

        /** What /v1/config hands out as header.X must come with every later request. */
        static String missingHeader(Map<String, String> headers, String path) {
            if (path.equals("/v1/config")) {
                return null;
            }
            Map<String, String> told = new HashMap<>(defaults);
            told.putAll(overrides);
            for (Map.Entry<String, String> e : told.entrySet()) {
                if (e.getKey().startsWith("header.") && !Objects.equals(e.getValue(),
                        headers.get(e.getKey().substring(7).toLowerCase(Locale.ROOT)))) {
                    return "header of the configuration is missing: " + e.getKey();
                }
            }
            return null;
        }

        /** Paimon prints a local path as file:/a/b; a path is what Lance clients exchange. */
        static MockResponse withPlainPaths(MockResponse res) {
            if (res.getBody() == null) {
                return res;
            }
            String s = res.getBody().clone().readUtf8();
            return res.setBody(s.replaceAll("\"path\"\\s*:\\s*\"file:/+", "\"path\":\"/"));
        }
    }

    /** Without TCP_NODELAY each answer that has a body waits 40 ms for a delayed acknowledgement. */
    static final class NoDelay extends ServerSocketFactory {
        @Override
        public ServerSocket createServerSocket() throws IOException {
            return new ServerSocket() {
                @Override
                public Socket accept() throws IOException {
                    Socket s = super.accept();
                    s.setTcpNoDelay(true);
                    return s;
                }
            };
        }

        @Override
        public ServerSocket createServerSocket(int p) throws IOException {
            ServerSocket s = createServerSocket();
            s.bind(new InetSocketAddress(p));
            return s;
        }

        @Override
        public ServerSocket createServerSocket(int p, int backlog) throws IOException {
            return createServerSocket(p);
        }

        @Override
        public ServerSocket createServerSocket(int p, int backlog, InetAddress a)
                throws IOException {
            ServerSocket s = createServerSocket();
            s.bind(new InetSocketAddress(a, p), backlog);
            return s;
        }
    }

    static Object field(String name) throws Exception {
        Field f = RESTCatalogServer.class.getDeclaredField(name);
        f.setAccessible(true);
        return f.get(server);
    }

    @SuppressWarnings("unchecked")
    public static void main(String[] args) throws Exception {
        parse(args);
        dataDir = new File(dataDir).getCanonicalPath();
        Map<String, String> d = new LinkedHashMap<>();
        d.put("prefix", prefix);
        d.putAll(defaults);
        ConfigResponse config = new ConfigResponse(d, overrides);
        // checks nothing itself: Checked has verified the signature by the time this is asked
        AuthProvider pass = (headers, parameter) ->
                Collections.singletonMap("Authorization", headers.get("authorization"));
        PrintStream out = System.out;
        System.setOut(System.err); // the Paimon class prints to stdout
        server = new RESTCatalogServer("file://" + dataDir, pass, config, warehouse);
        web = (MockWebServer) field("server");
        tables = (Map<String, TableMetadata>) field("tableMetadataStore");
        inner = server.initDispatcher(pass);
        web.setDispatcher(new Checked());
        web.setServerSocketFactory(new NoDelay());
        web.start(InetAddress.getByName(HOST), 0);
        port = web.getPort();
        out.println("{\"uri\":\"http://" + HOST + ":" + port + "\"}");
        out.flush();
        while (System.in.read() >= 0) {
            // whoever started this closes the stream, or ends
        }
        System.exit(0);
    }
}
