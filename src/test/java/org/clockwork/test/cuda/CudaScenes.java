package org.clockwork.test.cuda;

import static org.clockwork.test.cuda.GpuScene.PAGES;
import static org.clockwork.test.cuda.GpuScene.SETTINGS;
import static org.clockwork.test.cuda.GpuScene.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.Device.Hosted;
import org.clockwork.core.device.Device.Inference;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.cuda.CudaDevice;
import org.clockwork.gpunative.cuda.CudaDriver;
import org.clockwork.gpunative.cuda.CudaSettings;
import org.clockwork.gpunative.profile.ProfileStore;
import org.clockwork.test.compiled.GpuPerceptron;

/**
 * What {@link CudaDeviceTest} plays, each in a process that finds the stub of a driver: the device
 * and its calls are those of a GPU.
 */
final class CudaScenes {
  private static final int LAUNCH_FAILED = 719;
  private static final int DEVICE_UNAVAILABLE = 46;

  private CudaScenes() {}

  private interface Scene {
    void play(Path folder) throws Exception;
  }

  public static void main(String[] args) throws Exception {
    Scene scene =
        switch (args[0]) {
          case "anyPages" -> CudaScenes::anyPages;
          case "graphs" -> CudaScenes::graphs;
          case "samePages" -> CudaScenes::samePages;
          case "loadBesideExec" -> CudaScenes::loadBesideExec;
          case "outOfMemory" -> CudaScenes::outOfMemory;
          case "launchFailure" -> CudaScenes::launchFailure;
          case "lostGpu" -> CudaScenes::lostGpu;
          case "wrongArchitecture" -> CudaScenes::wrongArchitecture;
          case "severalGpus" -> CudaScenes::severalGpus;
          case "code" -> CudaScenes::code;
          case "givenBack" -> CudaScenes::givenBack;
          case "slots" -> CudaScenes::slots;
          case "settings" -> CudaScenes::settings;
          case "badInput" -> CudaScenes::badInput;
          case "wrongNumbers" -> CudaScenes::wrongNumbers;
          case "noVirtualMemory" -> CudaScenes::noVirtualMemory;
          case "quarantine" -> CudaScenes::quarantine;
          case "clock" -> CudaScenes::clock;
          case String unknown -> throw new IllegalArgumentException(unknown);
        };
    scene.play(Path.of(args[1]));
    // Whatever threads the stub has left.
    System.exit(0);
  }

  /** Two models share a pool; each computes right wherever its pages lie. */
  private static void anyPages(Path folder) throws Exception {
    try (GpuScene gpu = GpuScene.on(0, SETTINGS, folder)) {
      ModelId large = gpu.registered(true);
      ModelId small = gpu.registered(false);
      assertEquals(3, gpu.pages(large));
      for (int seed = 0; seed < 6; seed++) {
        PageSet pages = gpu.anyPages(4, new Random(seed));
        gpu.load(large, pages.index(0), pages.index(1), pages.index(2));
        gpu.load(small, pages.index(3));
        gpu.computesRight(large);
        gpu.computesRight(small);
        gpu.device().unload(large);
        gpu.computesRight(small);
        gpu.device().unload(small);
      }
    }
  }

  /** What was captured at registration runs after every LOAD; nothing is captured again. */
  private static void graphs(Path folder) throws Exception {
    try (GpuScene gpu = GpuScene.on(0, SETTINGS, folder)) {
      ModelId model = gpu.registered(false);
      ModelId other = gpu.registered(true);
      int captured = Stub.calls("cuGraphInstantiateWithFlags");
      int launched = Stub.calls("cuLaunchKernel");
      assertEquals(6, captured, "a graph for each of three batch sizes of two models");
      gpu.load(model, 0);
      gpu.computesRight(model);
      gpu.device().unload(model);
      gpu.load(other, 2, 0, 1);
      gpu.load(model, PAGES - 1);
      gpu.computesRight(model);
      gpu.computesRight(other);
      assertEquals(captured, Stub.calls("cuGraphInstantiateWithFlags"));
      assertEquals(launched, Stub.calls("cuLaunchKernel"), "kernels run as graphs alone");
    }
  }

  /** What lies behind a model's addresses already is copied to and not mapped again. */
  private static void samePages(Path folder) throws Exception {
    try (GpuScene gpu = GpuScene.on(0, SETTINGS, folder)) {
      ModelId model = gpu.registered(true);
      ModelId other = gpu.registered(false);
      gpu.load(model, 4, 5, 6);
      gpu.device().unload(model);
      gpu.load(other, 5);
      gpu.computesRight(other);
      gpu.device().unload(other);
      int mapped = Stub.calls("cuMemMap");
      gpu.load(model, 4, 5, 6);
      assertEquals(mapped, Stub.calls("cuMemMap"));
      gpu.computesRight(model);
      gpu.device().unload(model);
      gpu.load(model, 4, 6, 5);
      assertEquals(mapped + 2, Stub.calls("cuMemMap"));
      gpu.computesRight(model);
    }
  }

  /** Answers stay right while another model comes and goes on the LOAD thread. */
  private static void loadBesideExec(Path folder) throws Exception {
    try (GpuScene gpu = GpuScene.on(0, SETTINGS, folder)) {
      ModelId model = gpu.registered(false);
      ModelId other = gpu.registered(true);
      gpu.load(model, 5);
      AtomicBoolean ended = new AtomicBoolean();
      List<Throwable> failures = new ArrayList<>();
      Thread loader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < 10; i++) {
                        gpu.load(other, 0, 6 + i % 6, 1);
                        gpu.device().unload(other);
                      }
                    } catch (Exception | Error e) {
                      failures.add(e);
                    } finally {
                      ended.set(true);
                    }
                  });
      while (!ended.get()) {
        gpu.computesRight(model);
      }
      loader.join();
      assertEquals(List.of(), failures);
    }
  }

  /** With room for its cache and little else. */
  private static void outOfMemory(Path folder) throws Exception {
    try (GpuScene gpu = GpuScene.on(0, SETTINGS, folder)) {
      ModelId small = gpu.registered(false);
      assertEquals(
          "GPU 0: 3 pages to try model 'model-M-1' in: cuMemCreate says 2 CUDA_ERROR_OUT_OF_MEMORY:"
              + " out of memory",
          refused(() -> gpu.registered(true)));
      gpu.load(small, 0);
      gpu.computesRight(small);
    }
  }

  /** The first reason is what everything is refused with; another GPU goes on. */
  private static void launchFailure(Path folder) throws Exception {
    try (GpuScene broken = GpuScene.on(0, SETTINGS, folder);
        GpuScene sound = GpuScene.on(1, SETTINGS, folder)) {
      ModelId model = broken.registered(false);
      broken.load(model, 0);
      ModelId same = sound.registered(false);
      sound.load(same, 0);
      Stub.fail("kernel", 0, 0, LAUNCH_FAILED);
      // Which call hears of it first is a matter of chance, as on a GPU.
      String reason = refused(() -> broken.answer(model, 2));
      assertTrue(
          reason.startsWith(
                  "GPU 0 is out of service: EXEC of model 'model-M-0' with batch size 2: cu")
              && reason.endsWith(
                  " says 719 CUDA_ERROR_LAUNCH_FAILED: unspecified launch failure; restart the"
                      + " worker once it is mended"),
          reason);
      assertEquals(reason, refused(() -> broken.answer(model, 1)));
      assertEquals(
          ErrorCode.SHUTTING_DOWN,
          GpuScene.refusalCode(() -> broken.answer(model, 1)),
          "the controller is to send nothing more");
      assertEquals(reason, refused(() -> broken.device().unload(model)));
      assertEquals(reason, refused(() -> broken.registered(true)));
      sound.computesRight(same);
    }
  }

  private static void lostGpu(Path folder) throws Exception {
    try (GpuScene gpu = GpuScene.on(0, SETTINGS, folder)) {
      ModelId model = gpu.registered(false);
      Stub.lose(0, DEVICE_UNAVAILABLE);
      String reason =
          "GPU 0 is out of service: LOAD of model 'model-M-0': cuEventRecord says 46"
              + " CUDA_ERROR_DEVICE_UNAVAILABLE; restart the worker once it is mended";
      assertEquals(reason, refused(() -> gpu.load(model, 0)));
      assertEquals(reason, refused(() -> gpu.answer(model, 1)));
    }
  }

  private static void wrongArchitecture(Path folder) throws Exception {
    try (GpuScene gpu = GpuScene.on(0, SETTINGS, folder)) {
      Path older = gpu.written(false, 80);
      assertEquals(
          "model 'plan-0': cubin is for sm_80, GPU 0 is sm_90; compile with --target cuda:sm_90",
          refused(() -> gpu.registered(older)));
    }
  }

  private static void severalGpus(Path folder) throws Exception {
    CudaDriver driver = ((CudaDriver.Answer.Here) CudaDriver.ask()).driver();
    assertEquals(3, driver.gpus());
    List<GpuScene> gpus = new ArrayList<>();
    for (int i = 0; i < driver.gpus(); i++) {
      gpus.add(GpuScene.on(i, SETTINGS, folder));
    }
    for (GpuScene gpu : gpus) {
      ModelId model = gpu.registered(false);
      gpu.load(model, 3);
    }
    for (GpuScene gpu : gpus) {
      gpu.computesRight(new ModelId(0));
    }
    assertEquals("cuda:Stub GPU 2", gpus.getLast().device().spec().kind());
    gpus.forEach(GpuScene::close);
  }

  /** With room for the code of one model: the one that is not loaded gives it up. */
  private static void code(Path folder) throws Exception {
    CudaSettings tight =
        new CudaSettings(SETTINGS.weightsCacheBytes(), 4, 1 << 20, 1 << 20, 1L << 30, 1 << 20, 4);
    try (GpuScene gpu = GpuScene.on(0, tight, folder)) {
      ModelId first = gpu.registered(false);
      ModelId second = gpu.registered(false);
      for (int turn = 0; turn < 3; turn++) {
        gpu.load(first, 0);
        gpu.computesRight(first);
        String reason = refused(() -> gpu.load(second, 1));
        assertTrue(
            reason.startsWith("model 'model-M-1' needs ") && reason.contains("3 of 4 graphs"),
            reason);
        gpu.device().unload(first);
        gpu.load(second, 1);
        gpu.computesRight(second);
        gpu.device().unload(second);
      }
      assertTrue(Stub.calls("cuModuleUnload") >= 6);
    }
  }

  /** Copies share pinned weights; what is withdrawn and closed leaves nothing behind. */
  private static void givenBack(Path folder) throws Exception {
    try (GpuScene gpu = GpuScene.on(0, SETTINGS, folder)) {
      int atFirst = Stub.openObjects();
      Path plan = gpu.written(true, 90);
      ModelId model = gpu.registered(plan);
      long pinned = Stub.pinnedBytes();
      ModelId copy = gpu.registered(plan);
      assertEquals(pinned, Stub.pinnedBytes());
      gpu.load(model, 0, 1, 2);
      gpu.device().withdraw(copy);
      gpu.computesRight(model);
      gpu.device().withdraw(model);
      assertEquals(atFirst + 2, Stub.openObjects(), "the shared areas have grown by a chunk each");
      for (int i = 0; i < 2; i++) {
        gpu.device().withdraw(gpu.registered(plan));
      }
      assertEquals(atFirst + 2, Stub.openObjects());
    }
    assertEquals(0, Stub.openObjects());
    assertEquals(0, Stub.usedBytes(0));
    assertEquals(0, Stub.pinnedBytes());
    try (Stream<Path> files = Files.list(folder)) {
      assertTrue(
          files.noneMatch(file -> file.getFileName().toString().contains("jcuda")),
          "JCuda's library was unpacked and is gone again");
    }
  }

  private static void slots(Path folder) throws Exception {
    try (GpuScene gpu = GpuScene.on(0, SETTINGS, folder)) {
      ModelId model = gpu.registered(false);
      gpu.load(model, 0);
      List<Inference> taken = new ArrayList<>();
      for (int i = 0; i < SETTINGS.ioSlots(); i++) {
        taken.add(gpu.device().infer(model, 1, List.of(gpu.inputs(model, 1))));
      }
      assertEquals("all 4 io slots of this device are taken", refused(() -> gpu.answer(model, 1)));
      taken.forEach(Inference::close);
      gpu.computesRight(model);
      assertTrue(
          refused(() -> gpu.device().infer(model, 3, List.of(gpu.inputs(model, 3))))
              .contains("has no batch size 3; it has [1, 2, 4]"));
    }
  }

  /** What settings.json and a profile from before say is kept to. */
  private static void settings(Path folder) throws Exception {
    Map<ProfileStore.Key, ProfileStore.Entry> kept = new HashMap<>();
    ProfileStore profiles =
        new ProfileStore() {
          @Override
          public Optional<Entry> find(Key key) {
            return Optional.ofNullable(kept.get(key));
          }

          @Override
          public void keep(Key key, Entry entry) {
            kept.put(key, entry);
          }
        };
    Path plan = folder.resolve("plan");
    GpuPerceptron.write(plan, 90, false, 1, "-DRIGHT");
    ModelSettings some =
        new ModelSettings(Optional.of(50_000_000L), List.of(1, 4), List.of(), false, 1);
    ModelSource source = new ModelSource.Compiled("plan", plan, plan, some);
    try (CudaDevice device = CudaDevice.open(0, SETTINGS, profiles)) {
      Hosted hosted = device.register(new ModelId(0), "plan", source);
      assertEquals(Set.of(1, 4), hosted.profile().execNanos().keySet());
      assertEquals(50_000_000L, hosted.spec().defaultSloNanos());
      assertEquals(2, Stub.calls("cuGraphInstantiateWithFlags"));
      ProfileStore.Key key = kept.keySet().iterator().next();
      Profile other = new Profile(1, 1, 2, 3, new TreeMap<>(Map.of(1, 4L, 4, 5L)));
      kept.put(key, new ProfileStore.Entry(other, Optional.empty()));
      int launched = Stub.calls("cuGraphLaunch");
      assertEquals(other, device.register(new ModelId(1), "plan#2", source).profile());
      assertEquals(launched + 2, Stub.calls("cuGraphLaunch"), "goldens alone");
    }
  }

  /** Indices beyond their range, and sizes, are the caller's error. */
  private static void badInput(Path folder) throws Exception {
    try (GpuScene gpu = GpuScene.on(0, SETTINGS, folder)) {
      ModelId model = gpu.registered(false);
      ByteBuffer x = ByteBuffer.allocate(24);
      ByteBuffer ids = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 5);
      assertEquals(
          ErrorCode.INPUT_INVALID,
          GpuScene.refusalCode(
              () -> gpu.device().infer(model, 1, List.of(new Tensors(1, List.of(x, ids))))));
      assertEquals(
          ErrorCode.INPUT_BAD_SIZES,
          GpuScene.refusalCode(
              () -> gpu.device().infer(model, 1, List.of(new Tensors(1, List.of(ids, x))))));
    }
  }

  /** A GPU that computes something else than what was compiled is found out at registration. */
  private static void wrongNumbers(Path folder) throws Exception {
    try (GpuScene gpu = GpuScene.on(0, SETTINGS, folder)) {
      Path plan = gpu.written(false, 90, "-DWRONG");
      String reason = refused(() -> gpu.registered(plan));
      assertTrue(
          reason.startsWith(
              "model 'model-M-0' doesn't compute on this GPU what it did where it was compiled:"
                  + " with batch size 1 output 'y' is up to "),
          reason);
    }
  }

  private static void noVirtualMemory(Path folder) {
    assertEquals(
        "GPU 0 (Stub GPU 0) or its driver can't map memory to addresses of our choice (virtual"
            + " memory management), which takes Linux and CUDA 10.2",
        refused(() -> GpuScene.on(0, SETTINGS, folder)));
  }

  /** The watch finds something; the scene says what. */
  private static void quarantine(Path folder) throws Exception {
    try (GpuScene gpu = GpuScene.on(0, SETTINGS, folder)) {
      String reason = "";
      while (reason.isEmpty()) {
        try {
          gpu.device().withdraw(gpu.registered(false));
        } catch (DeviceException e) {
          reason = e.getMessage();
        }
      }
      System.out.println(reason);
    }
  }

  private static void clock(Path folder) throws Exception {
    try (GpuScene gpu = GpuScene.on(0, SETTINGS, folder)) {
      ModelId model = gpu.registered(false);
      gpu.load(model, 0);
      try (Inference inference = gpu.device().infer(model, 1, List.of(gpu.inputs(model, 1)))) {
        inference.input();
        do {
          inference.exec();
        } while (inference.observed().clock().beforeMegahertz() == 0);
        assertEquals(1001, inference.observed().clock().afterMegahertz());
        assertFalse(inference.observed().nanos() < 0);
      }
    }
  }
}
