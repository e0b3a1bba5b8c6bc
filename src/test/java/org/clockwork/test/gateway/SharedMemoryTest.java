package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clockwork.gateway.DoorLimits;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.sharedmemory.SharedMemoryConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors in POSIX shared memory, over REST; Python's clients try both doors. */
@Timeout(60)
class SharedMemoryTest {
  private static final String ALL = "/v2/systemsharedmemory/";
  private static final String KEY = "clockwork-test-" + ProcessHandle.current().pid();
  private static final Path FILE = Path.of("/dev/shm", KEY);
  private static final byte[] ROW = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

  private FakeCluster cluster;
  private RestClient client;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(Files.isWritable(FILE.getParent()), "there is no /dev/shm");
    byte[] memory = new byte[64];
    System.arraycopy(ROW, 0, memory, 16, ROW.length);
    Files.write(FILE, memory);
    cluster = new FakeCluster();
    client = client(SharedMemoryConfig.DEFAULT);
  }

  private RestClient client(SharedMemoryConfig config) throws Exception {
    DoorsConfig doors =
        DoorsConfig.DEFAULT.with(new DoorLimits(1 << 20, 64 << 10, 2 << 20, 10)).with(config);
    return new RestClient(cluster.vertx, cluster.open(doors).http().orElseThrow());
  }

  @AfterEach
  void stop() throws Exception {
    Files.deleteIfExists(FILE);
    cluster.stop();
  }

  @Test
  void anInputIsTakenFromThereAndAnOutputPutThere() throws Exception {
    register("r", "/" + KEY, 0, 64);
    RestClient.Response response = client.infer("int8", question("r", 16, 4, "r", 32, 8));
    JsonObject output = response.json().getJsonArray("outputs").getJsonObject(0);
    assertEquals(200, response.status());
    assertEquals(List.of("name", "datatype", "shape"), List.copyOf(output.fieldNames()));
    byte[] memory = Files.readAllBytes(FILE);
    assertArrayEquals(new byte[] {1, 2, 3, 4, 0, 0, 0, 0}, slice(memory, 32, 8));
  }

  @Test
  void aRegionMayBeginAnywhereInTheMemory() throws Exception {
    register("r", KEY, 18, 40);
    assertEquals(200, client.infer("int8", question("r", 1, 4, "r", 36, 4)).status());
    assertArrayEquals(new byte[] {4, 5, 6, 7}, slice(Files.readAllBytes(FILE), 54, 4));
  }

  @Test
  void whatIsRegisteredIsToldUntilItIsUnregistered() throws Exception {
    register("b", "/" + KEY, 0, 16);
    register("a", "/" + KEY, 16, 48);
    JsonObject told = new JsonObject().put("name", "a").put("key", "/" + KEY).put("offset", 16);
    assertEquals(told.put("byte_size", 48), status("status").getJsonObject(0));
    assertEquals(2, status("status").size());
    assertEquals(1, status("region/b/status").size());
    assertEquals(404, client.get(ALL + "region/c/status").status());
    assertEquals(200, post("region/c/unregister", new JsonObject()).status());
    assertEquals(200, post("region/a/unregister", new JsonObject()).status());
    assertEquals(1, status("status").size());
    assertEquals(200, post("unregister", new JsonObject()).status());
    assertEquals(0, status("status").size());
    assertWrong(client.infer("int8", question("b", 0, 4, "b", 0, 4)), "'b' is not registered");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "..",
        "/..",
        ".",
        "../etc/passwd",
        "/a/b",
        "/../../etc/passwd",
        "a\n",
        "/dev"
      })
  void aKeyLeadsToSharedMemoryAndNowhereElse(String key) throws Exception {
    RestClient.Response response =
        post("region/r/register", new JsonObject().put("key", key).put("byte_size", 1));
    assertWrong(response, "key '");
  }

  @Test
  void aLinkIsNoSharedMemory() throws Exception {
    Path link = Path.of("/dev/shm", KEY + "-link");
    Files.createSymbolicLink(link, Path.of("/etc/passwd"));
    try {
      RestClient.Response response =
          post("region/r/register", body("/" + link.getFileName(), 0, 1));
      assertWrong(response, "can read no shared memory of that name");
    } finally {
      Files.delete(link);
    }
  }

  @Test
  void whatReachesBeyondIsRefused() throws Exception {
    assertWrong(
        post("region/r/register", body(KEY, 0, 65)),
        "has 64 bytes; offset and byte_size reach to 65");
    assertWrong(post("region/r/register", body(KEY, 64, 1)), "reach to 65");
    assertWrong(post("region/r/register", body(KEY, Long.MAX_VALUE, 2)), "byte_size is 2");
    assertWrong(post("region/r/register", body(KEY, -1, 2)), "offset' is -1");
    assertWrong(post("region/r/register", body(KEY, 0, 0)), "byte_size' is 0");
    register("r", KEY, 0, 48);
    assertWrong(post("region/r/register", body(KEY, 0, 48)), "'r' is registered already");
    for (long offset : List.of(45L, 48L, Long.MAX_VALUE)) {
      assertWrong(
          client.infer("int8", question("r", offset, 4, "r", 0, 4)),
          "input 'x': region 'r' has 48 bytes");
      assertWrong(
          client.infer("int8", question("r", 0, 4, "r", offset, 4)), "region 'r' has 48 bytes");
    }
    assertWrong(
        client.infer("int8", question("r", 0, 8, "r", 0, 4)),
        "tensor 'x' carries 8 bytes; its shape");
    assertWrong(
        client.infer("int8", question("r", 0, 4, "r", 0, 3)),
        "output 'y' has 4 bytes; shared_memory_byte_size of region 'r' is 3");
  }

  @Test
  void aRegionThatIsCutShortIsTheErrorOfItsClientAlone() throws Exception {
    register("r", KEY, 0, 64);
    try (RandomAccessFile file = new RandomAccessFile(FILE.toFile(), "rw")) {
      file.setLength(20);
    }
    assertWrong(client.infer("int8", question("r", 20, 4, "r", 0, 4)), "has 20 bytes");
    assertWrong(client.infer("int8", question("r", 0, 4, "r", 20, 4)), "has 20 bytes");
    assertEquals(200, client.infer("int8", question("r", 0, 4, "r", 4, 4)).status());
  }

  @Test
  void whatAllRequestsMayBringIsBoundedAlsoInSharedMemory() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(FILE.toFile(), "rw")) {
      file.setLength(2 << 20);
    }
    register("r", KEY, 0, 2 << 20);
    JsonObject question = question("r", 0, 3 << 18, "r", 0, 4);
    JsonObject input = question.getJsonArray("inputs").getJsonObject(0);
    input.put("shape", new JsonArray(List.of(3 << 16, 2, 2)));
    question.put("inputs", new JsonArray(List.of(input, input)));
    assertWrong(client.infer("int8", question), "more than maxBodyBytes together");
  }

  @Test
  void regionsAreBoundedInNumberAndSize() throws Exception {
    client = client(new SharedMemoryConfig(true, 2, 60));
    register("a", KEY, 0, 40);
    RestClient.Response tooLarge = post("region/b/register", body(KEY, 0, 21));
    assertEquals(503, tooLarge.status());
    assertTrue(
        tooLarge.json().getString("error").contains("maxSharedBytes=60"),
        tooLarge.body()::toString);
    register("b", KEY, 0, 10);
    RestClient.Response tooMany = post("region/c/register", body(KEY, 0, 1));
    assertEquals(503, tooMany.status());
    assertEquals("unavailable", tooMany.json().getString("cause"));
    assertEquals(200, post("region/a/unregister", new JsonObject()).status());
    register("c", KEY, 0, 50);
  }

  @Test
  void switchedOffThereIsNone() throws Exception {
    client = client(new SharedMemoryConfig(false, 1, 1));
    assertEquals(501, post("region/r/register", body(KEY, 0, 64)).status());
    assertEquals(501, client.infer("int8", question("r", 0, 4, "r", 0, 4)).status());
    assertEquals(0, status("status").size());
  }

  @Test
  void ofCudaThereIsNone() throws Exception {
    String all = "/v2/cudasharedmemory/";
    assertEquals(new JsonArray(), client.get(all + "status").body().toJsonArray());
    assertEquals(200, client.post(all + "unregister", new JsonObject()).status());
    assertEquals(200, client.post(all + "region/r/unregister", new JsonObject()).status());
    RestClient.Response refused = client.post(all + "region/r/register", new JsonObject());
    assertEquals(501, refused.status());
    assertTrue(refused.json().getString("error").contains("use system shared memory"));
  }

  private void register(String name, String key, long offset, long bytes) throws Exception {
    RestClient.Response response = post("region/" + name + "/register", body(key, offset, bytes));
    assertEquals(200, response.status(), response.body()::toString);
  }

  private static JsonObject body(String key, long offset, long bytes) {
    return new JsonObject().put("key", key).put("offset", offset).put("byte_size", bytes);
  }

  private RestClient.Response post(String wish, JsonObject body) throws Exception {
    return client.post(ALL + wish, body);
  }

  private JsonArray status(String wish) throws Exception {
    return client.get(ALL + wish).body().toJsonArray();
  }

  /** One row of bytes, from there to there. */
  private static JsonObject question(
      String from, long offset, int bytes, String to, long outputOffset, int outputBytes) {
    JsonObject input = RestClient.header("INT8", 1).put("parameters", span(from, offset, bytes));
    JsonObject output =
        new JsonObject().put("name", "y").put("parameters", span(to, outputOffset, outputBytes));
    return new JsonObject()
        .put("inputs", new JsonArray(List.of(input)))
        .put("outputs", new JsonArray(List.of(output)));
  }

  private static JsonObject span(String region, long offset, int bytes) {
    return new JsonObject()
        .put("shared_memory_region", region)
        .put("shared_memory_offset", offset)
        .put("shared_memory_byte_size", bytes);
  }

  private static void assertWrong(RestClient.Response response, String reason) {
    assertEquals(400, response.status(), response.body()::toString);
    String error = response.json().getString("error");
    assertTrue(error.contains(reason), error);
  }

  private static byte[] slice(byte[] memory, int offset, int length) {
    byte[] slice = new byte[length];
    System.arraycopy(memory, offset, slice, 0, length);
    return slice;
  }
}
