package org.clockwork.test.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.clockwork.core.device.ModelSource.Measured;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.TensorSpec;
import org.junit.jupiter.api.Test;

class ZooTest {

  @Test
  void theZooHasItsSixtyFourModelsEachUnderItsOwnName() {
    List<Measured> models = Zoo.models();
    assertEquals(64, models.size());
    assertEquals(64, models.stream().map(Measured::name).collect(Collectors.toSet()).size());
  }

  @Test
  void aModelHasItsPublishedFigures() {
    Measured resnet = Zoo.find("resnet50_v2").orElseThrow();
    assertEquals(102_160_300, resnet.spec().weightsBytes());
    assertEquals(7, resnet.profile().pages());
    assertEquals(8_310_000, resnet.profile().loadNanos());
    assertEquals(
        Map.of(1, 2_730_000L, 2, 4_050_000L, 4, 5_880_000L, 8, 9_930_000L, 16, 17_330_000L),
        resnet.profile().execNanos());
    assertEquals(
        List.of(new TensorSpec("data", DataType.FP32, List.of(3, 224, 224))),
        resnet.spec().inputs());
    assertEquals(
        List.of(new TensorSpec("output", DataType.FP32, List.of(1000))), resnet.spec().outputs());
  }

  @Test
  void inputsOfOtherSizesAreFlat() {
    assertEquals(
        List.of(new TensorSpec("data", DataType.FP32, List.of(3072))),
        Zoo.find("cifar_wrn16_10").orElseThrow().spec().inputs());
  }

  @Test
  void theTestProfilesAreFoundByNameButAreNotInTheZoo() {
    Set<String> names = Zoo.models().stream().map(Measured::name).collect(Collectors.toSet());
    for (String name : List.of("resnet50_v2_readme", "fast_100us")) {
      assertTrue(Zoo.find(name).isPresent(), name);
      assertTrue(!names.contains(name), name);
    }
  }

  @Test
  void aBatchSizeThatWasNotMeasuredIsAbsent() {
    assertEquals(
        Set.of(1, 2, 4, 8),
        Zoo.find("resnet50_v2_readme").orElseThrow().profile().execNanos().keySet());
  }

  @Test
  void nothingInTheZooIsServedUntilItIsAskedFor() {
    for (Measured model : Zoo.models()) {
      assertEquals(0, model.settings().copies(), model.name());
    }
  }
}
