package org.clockwork.test.lines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.clockwork.codecs.audit.Audit;
import org.clockwork.codecs.audit.AuditEntry;
import org.clockwork.codecs.audit.Caller;
import org.clockwork.codecs.audit.Deed;
import org.clockwork.launcher.lines.AuditConfig;
import org.clockwork.launcher.lines.AuditFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The record of who changed what. */
class AuditFileTest {
  private static final Caller DEPLOYER =
      Caller.at("rest", SocketAddress.inetSocketAddress(5123, "10.0.0.7"))
          .with(Optional.of("deploy"));

  @TempDir private Path folder;
  private final List<String> lines = new ArrayList<>();

  @Test
  void aChangeIsALineWithWhoWhatWhenAndWhatCameOfIt() throws Exception {
    record(AuditConfig.DEFAULT, AuditEntry.done(DEPLOYER, Deed.LOAD, "resnet50_v2"));
    List<String> written = Files.readAllLines(folder.resolve("clockwork_audit.0.jsonl"));
    assertEquals(1, written.size());
    JsonObject line = new JsonObject(written.getFirst());
    Instant.parse(line.getString("time"));
    line.remove("time");
    assertEquals(
        new JsonObject()
            .put("door", "rest")
            .put("address", "10.0.0.7:5123")
            .put("token", "deploy")
            .put("action", "load")
            .put("what", "resnet50_v2")
            .put("result", "done"),
        line);
  }

  @Test
  void theNextProcessGoesOnInTheSameFile() throws Exception {
    record(AuditConfig.DEFAULT, AuditEntry.done(Caller.BUS, Deed.LOAD, "one"));
    record(AuditConfig.DEFAULT, AuditEntry.failed(Caller.BUS, Deed.UPLOAD, "two", "a bomb"));
    List<String> written = Files.readAllLines(folder.resolve("clockwork_audit.0.jsonl"));
    assertEquals(2, written.size());
    assertEquals("a bomb", new JsonObject(written.getLast()).getString("reason"));
    assertFalse(new JsonObject(written.getLast()).containsKey("address"));
  }

  @Test
  void filesAreSetAsideBySizeAndTheOldestGoes() throws Exception {
    AuditConfig small = new AuditConfig("audit.jsonl", 4_096, 3);
    AuditEntry[] many = new AuditEntry[500];
    for (int i = 0; i < many.length; i++) {
      many[i] = AuditEntry.done(DEPLOYER, Deed.LOAD, "model-" + i);
    }
    record(small, many);
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> kept = files.sorted().toList();
      assertEquals(
          List.of("audit.0.jsonl", "audit.1.jsonl", "audit.2.jsonl"),
          kept.stream().map(file -> file.getFileName().toString()).toList());
      for (Path file : kept) {
        assertTrue(Files.size(file) < 4_096 + 1_024, file + " has " + Files.size(file));
      }
    }
    List<String> newest = Files.readAllLines(folder.resolve("audit.0.jsonl"));
    assertEquals("model-499", new JsonObject(newest.getLast()).getString("what"));
  }

  @Test
  void whatComesFromOutsideTakesOneLineAndNoMoreThanABoundedOne() throws Exception {
    record(
        AuditConfig.DEFAULT,
        AuditEntry.failed(Caller.BUS, Deed.LOAD, "x".repeat(100_000) + "\n", "y\n{\"time\":1}"));
    List<String> written = Files.readAllLines(folder.resolve("clockwork_audit.0.jsonl"));
    assertEquals(1, written.size());
    assertTrue(written.getFirst().length() < 2_000, "it has " + written.getFirst().length());
  }

  @Test
  void aFolderThatCannotBeWrittenIsToldAndServingGoesOn() throws Exception {
    Path file = Files.createFile(folder.resolve("no-folder"));
    assertSame(Audit.NONE, AuditFile.in(file, AuditConfig.DEFAULT, lines::add));
    assertTrue(lines.getFirst().startsWith("can't write the audit "), lines::toString);
    assertTrue(lines.getFirst().contains("conf/operators.json"), lines::toString);
  }

  @Test
  void withoutAFileThereIsNone() {
    assertSame(Audit.NONE, AuditFile.in(folder, new AuditConfig("", 1, 1), lines::add));
  }

  private void record(AuditConfig config, AuditEntry... entries) {
    Audit audit = AuditFile.in(folder, config, lines::add);
    for (AuditEntry entry : entries) {
      audit.tell(entry);
    }
    ((AuditFile) audit).close();
    assertEquals(List.of(), lines);
  }
}
