package org.clockwork.test.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clockwork.codecs.tls.PemFiles;
import org.clockwork.codecs.tls.Tls;
import org.clockwork.codecs.tls.TlsException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What PEM files must hold, and what becomes of those that change. */
class TlsTest {
  @TempDir Path folder;

  private final List<String> lines = new ArrayList<>();
  private Keys keys;
  private PemFiles files;

  @BeforeEach
  void issue() throws Exception {
    keys = Keys.in(folder);
    files = keys.files("node-1", true);
  }

  @Test
  void aKeyThatIsNotTheCertificatesIsRefusedWithBothFiles() throws Exception {
    PemFiles others = keys.files("node-2", false);
    Files.copy(others.key(), folder.resolve("other.key"));
    assertRefused(
        new PemFiles(folder.resolve("other.key"), files.certificate(), files.authority()),
        "the key in " + folder.resolve("other.key") + " is not that of the certificate in ");
  }

  @Test
  void whatIsNoPemOrIsNotThereIsRefusedWithItsName() throws Exception {
    Path nothing = folder.resolve("nothing.pem");
    assertRefused(new PemFiles(nothing, files.certificate(), files.authority()), "can't be read");
    Path text = Files.writeString(folder.resolve("text.pem"), "no PEM");
    assertRefused(new PemFiles(files.key(), text, files.authority()), text.toString());
    assertRefused(new PemFiles(text, files.certificate(), files.authority()), text.toString());
    assertRefused(
        new PemFiles(files.key(), files.certificate(), java.util.Optional.of(text)),
        text.toString());
  }

  @Test
  void aCertificateWhoseTimeHasPassedIsRefused() throws Exception {
    keys.issueExpired("node-1", files);
    assertRefused(files, "is valid from 2020-01-01T00:00:00Z to 2021-01-01T00:00:00Z");
  }

  @Test
  void aNewCertificateIsToldOnceAndABrokenOneLeavesTheOld() throws Exception {
    Tls tls = Tls.of(files);
    List<String> renewed = new ArrayList<>();
    tls.renew(
        () -> {
          renewed.add("renewed");
          return Future.succeededFuture();
        });
    tls.reload(lines::add);
    assertEquals(List.of(), lines);
    keys.issue("node-1b", files);
    tls.reload(lines::add);
    tls.reload(lines::add);
    assertEquals(1, lines.size(), lines::toString);
    assertTrue(
        lines.getFirst().startsWith("New certificate in use: CN=node-1b, "), lines::toString);
    assertEquals(List.of("renewed"), renewed);
    Files.writeString(files.certificate(), "garbage");
    tls.reload(lines::add);
    assertTrue(
        lines
            .getLast()
            .startsWith("New certificate not used, the one of before stays (CN=node-1b, "),
        lines::toString);
    assertEquals(1, renewed.size());
  }

  private static void assertRefused(PemFiles files, String what) {
    String message = assertThrows(TlsException.class, () -> Tls.of(files)).getMessage();
    assertTrue(message.contains(what), message);
  }
}
