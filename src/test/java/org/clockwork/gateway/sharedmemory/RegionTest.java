package org.clockwork.gateway.sharedmemory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.clockwork.gateway.json.MalformedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shared memory whose client does as it likes. */
@Timeout(60)
class RegionTest {
  /** Many pages, so that there is time for a cut while they are copied. */
  private static final int BYTES = 128 << 10;

  private static final int TRIES = 2_000;
  private static final int COMPILED_AFTER = 12_000;
  private static final String KEY = "clockwork-region-" + ProcessHandle.current().pid();
  private static final Path FILE = Path.of("/dev/shm", KEY);

  private interface Use {
    void of(Region region) throws MalformedException;
  }

  @BeforeEach
  void create() throws Exception {
    assumeTrue(Files.isWritable(FILE.getParent()), "there is no /dev/shm");
    Files.write(FILE, new byte[BYTES]);
  }

  @AfterEach
  void delete() throws Exception {
    Files.deleteIfExists(FILE);
  }

  @Test
  void whoCutsItShortWhileItIsReadGetsAnErrorAndNobodyElseDoes() throws Exception {
    assertTrue(cutShortDuring(region -> region.read(0, BYTES)) > 0);
  }

  @Test
  void whoCutsItShortWhileItIsWrittenGetsAnErrorAndNobodyElseDoes() throws Exception {
    assertTrue(cutShortDuring(region -> region.write(0, ByteBuffer.allocate(BYTES))) > 0);
  }

  /** How often the use was refused; whatever else comes of it fails the test. */
  private static int cutShortDuring(Use use) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try (Region region = open();
        FileChannel client = FileChannel.open(FILE, StandardOpenOption.WRITE)) {
      // What the JVM has compiled learns of a fault later than what it interprets.
      for (int i = 0; i < COMPILED_AFTER; i++) {
        use.of(region);
      }
      Thread cutter = Thread.ofPlatform().start(() -> cut(client, over));
      try {
        return refusals(use, region);
      } finally {
        over.set(true);
        cutter.join();
      }
    }
  }

  private static int refusals(Use use, Region region) {
    int refused = 0;
    for (int i = 0; i < TRIES; i++) {
      try {
        use.of(region);
      } catch (MalformedException _) {
        refused++;
      }
    }
    return refused;
  }

  private static void cut(FileChannel client, AtomicBoolean over) {
    try {
      while (!over.get()) {
        client.truncate(4096);
        client.write(ByteBuffer.allocate(1), BYTES - 1); // All of its size, and empty.
      }
    } catch (Exception e) {
      throw new AssertionError("the client can't do as it likes", e);
    }
  }

  @Test
  void whatIsUnregisteredWhileItIsReadIsAnErrorToo() throws Exception {
    for (int i = 0; i < TRIES / 20; i++) {
      Region region = open();
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (region.read(0, BYTES).hasRemaining()) {
                        Thread.onSpinWait();
                      }
                    } catch (MalformedException e) {
                      assertTrue(e.getMessage().contains("was unregistered"), e.getMessage());
                    }
                  });
      List<Throwable> thrown = new ArrayList<>();
      reader.setUncaughtExceptionHandler((_, e) -> thrown.add(e));
      region.close();
      reader.join();
      assertEquals(List.of(), thrown);
    }
  }

  @Test
  void clientsOnOtherMachinesHaveNoShareInIt() {
    SocketAddress here = SocketAddress.inetSocketAddress(8000, "192.0.2.1");
    assertTrue(SharedMemory.local(SocketAddress.inetSocketAddress(4711, "127.0.0.1"), here));
    assertTrue(SharedMemory.local(SocketAddress.inetSocketAddress(4711, "192.0.2.1"), here));
    assertTrue(SharedMemory.local(SocketAddress.inetSocketAddress(4711, "::1"), here));
    assertTrue(SharedMemory.local(SocketAddress.domainSocketAddress("/run/door"), here));
    assertFalse(SharedMemory.local(SocketAddress.inetSocketAddress(4711, "192.0.2.2"), here));
  }

  private static Region open() throws MalformedException {
    return Region.open(new RegionSpec("r", KEY, 0, BYTES));
  }
}
