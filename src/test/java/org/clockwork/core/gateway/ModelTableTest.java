package org.clockwork.core.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.clockwork.core.gateway.ModelStatus.Gone;
import org.clockwork.core.gateway.ModelStatus.Ready;
import org.clockwork.core.gateway.ModelStatus.Registering;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelName;
import org.clockwork.core.model.ModelSpec;
import org.junit.jupiter.api.Test;

/** Which model is meant by a name and a version. */
class ModelTableTest {
  private final ModelTable table = new ModelTable();

  @Test
  void withoutAVersionTheHighestThatIsReadyIsMeantByNumberAndNotByText() {
    table.put(ready("m/2"));
    table.put(ready("m/10"));
    table.put(new Registering(new ModelId(9), "m/11"));
    assertEquals("m/10", table.find("m").name());
    table.put(ready("m/11"));
    assertEquals("m/11", table.find("m").name());
    table.put(new Gone("m/11"));
    assertEquals("m/10", table.find("m").name());
  }

  @Test
  void whereNoneIsReadyTheHighestSaysWhy() {
    table.put(new Registering(new ModelId(1), "m/1"));
    table.put(new ModelStatus.Unavailable("m/2", "its file is cut off"));
    assertEquals(new ModelStatus.Unavailable("m/2", "its file is cut off"), table.find("m"));
  }

  @Test
  void whatIsSaidOfTheNameItselfStandsInNoVersionsWay() {
    table.put(ready("m/1"));
    table.put(new ModelStatus.Unavailable("m", "its version 2 is broken"));
    assertEquals("m/1", table.find("m").name());
    table.put(new Gone("m/1"));
    assertEquals(new ModelStatus.Unavailable("m", "its version 2 is broken"), table.find("m"));
  }

  @Test
  void anOlderVersionIsMeantWhereItIsNamed() {
    table.put(ready("zoo/m/1"));
    table.put(ready("zoo/m/2"));
    assertEquals("zoo/m/1", table.find("zoo/m", "1").name());
    assertEquals(new Gone("zoo/m"), table.find("zoo/m", "3"));
    assertEquals(new Gone("zoo/m"), table.find("zoo/m", "01"));
    assertEquals(new Gone("zoo/m"), table.find("zoo/m", "-1"));
    assertEquals(new Gone("zoo/m"), table.find("zoo/m", "9".repeat(400)));
  }

  @Test
  void aModelWithoutVersionsIsVersionOne() {
    table.put(ready("m"));
    assertEquals("m", table.find("m", "1").name());
    assertEquals(new Gone("m"), table.find("m", "2"));
    assertEquals(List.of(ready("m")), table.versions("m"));
  }

  @Test
  void copiesHaveVersionsToo() {
    table.put(ready("m/1#2"));
    table.put(ready("m/2#2"));
    table.put(ready("m/2"));
    assertEquals("m/2#2", table.find("m#2").name());
    assertEquals("m/1#2", table.find("m#2", "1").name());
    assertEquals(List.of(ready("m/2")), table.versions("m"));
  }

  @Test
  void whatHasGoneLeavesNoVersionBehind() {
    table.put(ready("m/1"));
    table.put(new Gone("m/1"));
    assertEquals(new Gone("m"), table.find("m"));
    assertEquals(List.of(), table.versions("m"));
  }

  @Test
  void aNameIsWhatItsPartsMake() {
    for (String name :
        List.of("m", "m/1", "m/1#2", "m#2", "zoo/m", "zoo/12/3", "m/01", "m#x", "#2", "/1", "1")) {
      assertEquals(name, ModelName.of(name).toString());
    }
    assertEquals("m", ModelName.of("m/3").unversioned());
    assertEquals("3", ModelName.of("m/3#7").versionText());
    assertEquals("1", ModelName.of("m/03").versionText());
  }

  private static Ready ready(String name) {
    ModelSpec spec = new ModelSpec(name, name, List.of(), List.of(), 1, 0);
    return new Ready(new ModelId(1), spec, 1, 1, 1);
  }
}
