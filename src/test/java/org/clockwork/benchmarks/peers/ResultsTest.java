package org.clockwork.benchmarks.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.clockwork.benchmarks.oip.Door;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A comparison of an hour keeps what it has measured, whatever becomes of it. */
final class ResultsTest {
  private static final Standing STANDING = new Standing("a", "a 1.0", "as it comes", 0.2, 300);
  private static final Point POINT =
      new Point("a", Door.GRPC, 0.9, 60, 20, 1_080, 1_079, 1, 2.5, 0, 0, 0, 90, 200, true);

  @TempDir private Path folder;

  @BeforeEach
  void twoFiguresAreThere() throws IOException {
    Results results = Results.in(folder, "20 s", "here", false);
    results.add(STANDING);
    results.add(POINT);
  }

  @Test
  void aComparisonThatWasBrokenOffGoesOnWhereItWas() throws IOException {
    Results results = Results.in(folder, "20 s", "here", true);
    assertTrue(results.has("a"));
    assertTrue(results.has("a", Door.GRPC, 0.9));
    assertFalse(results.has("a", Door.REST, 0.9));
    assertTrue(results.text().contains(STANDING.row()));
    assertTrue(results.text().contains(POINT.row()));
  }

  @Test
  void thePageHasEveryFigureFromTheMomentItWasMeasured() throws IOException {
    String page = Files.readString(folder.resolve("results.md"));
    assertTrue(page.contains("| a | gRPC | 0.9 | 60.0 | 54.0 | 99.91 | 89.9 | 1 (2.5) |"), page);
  }

  @Test
  void aLineThatWasBrokenOffIsMeasuredAgain() throws IOException {
    Path lines = folder.resolve("results.jsonl");
    String all = Files.readString(lines);
    Files.writeString(lines, all.substring(0, all.length() - 9));
    Results results = Results.in(folder, "20 s", "here", true);
    assertFalse(results.has("a", Door.GRPC, 0.9));
    results.add(POINT);
    assertEquals(all, Files.readString(lines));
  }

  @Test
  void figuresOfOtherTermsDoNotStandInOneTable() throws IOException {
    assertFalse(Results.in(folder, "5 s", "here", true).has("a"));
  }

  @Test
  void whoDoesNotGoOnBeginsAnew() throws IOException {
    assertFalse(Results.in(folder, "20 s", "here", false).has("a"));
  }
}
