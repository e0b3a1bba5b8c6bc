package org.clockwork.test.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On which interfaces nodes speak, in networks made for the test: Linux lets an unprivileged user
 * have some, unless it is told not to. Where there are none, these tests are skipped.
 */
class NetworksTest {
  /** What the scripts answer where the network they need can't be had. */
  private static final int NO_SUCH_WORLD = 77;

  @TempDir Path folder;

  @Test
  void byDefaultNotOnePacketLeavesLoopback() throws Exception {
    run("loopback.sh");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unlisted", "listed"})
  void nodesWithAHostMeetAcrossMachinesByMulticastOrByList(String list) throws Exception {
    run("two-machines.sh", list);
  }

  private void run(String script, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "unshare",
                "-rn",
                "bash",
                Path.of(NetworksTest.class.getResource(script).toURI()).toString(),
                ChildProcess.ROOT,
                folder.toString()));
    command.addAll(List.of(arguments));
    assumeTrue(networksCanBeHad(), "no unprivileged network namespaces here (unshare -rn)");
    try (ChildProcess run = ChildProcess.of(command.toArray(String[]::new))) {
      int code = run.ended();
      assumeTrue(code != NO_SUCH_WORLD, () -> "no such network here:\n" + run.output());
      assertEquals(0, code, run::output);
    }
  }

  private static boolean networksCanBeHad() throws InterruptedException {
    try (ChildProcess probe = ChildProcess.of("unshare", "-rn", "ip", "link")) {
      return probe.ended() == 0;
    } catch (IOException e) {
      return false; // No such command.
    }
  }
}
