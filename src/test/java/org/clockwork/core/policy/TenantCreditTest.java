package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.api.Test;

/**
 * How much GPU time each tenant is let have of one GPU, or of several. All that they ask for comes
 * evenly, in requests of a twentieth of a millisecond; what is told of those that were served or
 * lost is up to each claim.
 */
class TenantCreditTest {
  private static final long MILLIS = 1_000_000;
  private static final long REQUEST_NANOS = MILLIS / 20;
  private static final double FLOOD = 4;

  /** What is let in of a tenant differs so much from its rate, in GPUs. */
  private static final double ROUGHLY = 0.02;

  private final Map<String, Asking> asking = new LinkedHashMap<>();
  private Tenants tenants = tenants(Map.of(), 256);
  private int gpus = 1;
  private long now = 77_000 * MILLIS;

  /** What a tenant asks for, and what becomes of it, in GPUs. */
  private static final class Asking {
    private double asks;
    private double served;
    private double lost;
    private double owedNanos;
    private double had;
  }

  private static Tenants tenants(Map<String, Double> weights, int max) {
    return new Tenants(SchedulerConfig.DEFAULT.withTenants(weights, max));
  }

  private void asks(String tenant, double inGpus) {
    asking.computeIfAbsent(tenant, _ -> new Asking()).asks = inGpus;
  }

  private void isTold(String tenant, double served, double lost) {
    asking.get(tenant).served = served;
    asking.get(tenant).lost = lost;
  }

  /** Of this tenant that much is let in at once. */
  private double atOnceMillis(String tenant) {
    int requests = 0;
    while (!tenants.exceeds(tenant, REQUEST_NANOS, gpus, now)) {
      requests++;
    }
    return (double) requests * REQUEST_NANOS / MILLIS;
  }

  private void passes(int millis) {
    for (int i = 0; i < millis; i++) {
      now += MILLIS;
      asking.forEach(this::asks);
    }
  }

  private void asks(String tenant, Asking what) {
    what.owedNanos += what.asks * MILLIS;
    while (what.owedNanos >= REQUEST_NANOS) {
      what.owedNanos -= REQUEST_NANOS;
      what.had += tenants.exceeds(tenant, REQUEST_NANOS, gpus, now) ? 0 : REQUEST_NANOS;
    }
    tenants.served(tenant, what.served * MILLIS, now);
    tenants.lost(tenant, what.lost * MILLIS, now);
  }

  /** Within the next so many milliseconds each tenant is let have so much, in GPUs. */
  private Map<String, Double> share(int millis) {
    asking.values().forEach(each -> each.had = 0);
    passes(millis);
    Map<String, Double> shares = new LinkedHashMap<>();
    asking.forEach((tenant, each) -> shares.put(tenant, each.had / (millis * (double) MILLIS)));
    return shares;
  }

  private void assertShare(double expected, String tenant, Map<String, Double> shares) {
    assertEquals(expected, shares.get(tenant), ROUGHLY, () -> tenant + " of " + shares);
  }

  @Test
  void whatIsAskedForAndAQuarterMoreIsKeptFree() {
    asks("modest", 0.2);
    asks("greedy", FLOOD);

    passes(1_000);

    Map<String, Double> shares = share(1_000);
    assertShare(0.2, "modest", shares);
    assertShare(0.75, "greedy", shares);
  }

  @Test
  void whatIsAskedForIsKnownAfterATenthOfASecond() {
    asks("modest", 0.2);
    asks("greedy", FLOOD);

    passes(150);

    assertShare(0.75, "greedy", share(200));
  }

  @Test
  void whoAsksForLessThanItsShareLeavesTheRestToOthersByTheirWeight() {
    tenants = tenants(Map.of("heavyModest", 4.0, "heavyGreedy", 2.0), 256);
    gpus = 2;
    asks("modest", 0.2); // With a quarter more 0.25 for its weight, which is more than
    asks("heavyModest", 0.4); // 0.125.
    asks("greedy", FLOOD);
    asks("heavyGreedy", FLOOD);

    passes(1_000);

    Map<String, Double> shares = share(1_000);
    assertShare(0.2, "modest", shares);
    assertShare(0.4, "heavyModest", shares);
    // The last second moves on in tenths, and is nearly full on average.
    double left = 2 - 1.25 * 0.95 * (0.2 + 0.4);
    assertShare(left / 3, "greedy", shares);
    assertShare(2 * left / 3, "heavyGreedy", shares);
  }

  @Test
  void whereNobodyAsksForMuchEachMayHaveWhatTheOthersLeave() {
    asks("first", 0.2);
    asks("second", 0.3);

    passes(1_000);

    // Of 0.75 and 0.625 GPUs credit is kept for a tenth of a second.
    assertEquals(75, atOnceMillis("second"), 2);
  }

  @Test
  void creditIsKeptForATenthOfASecond() {
    asks("rare", 0.01);
    asks("greedy", FLOOD);
    passes(1_000);

    assertEquals(98.75, atOnceMillis("rare"), 2);
    passes(50); // Of what it asked for in the last second, too, a quarter more is kept free.
    assertEquals(50 * (1 - 1.25 * 0.1), atOnceMillis("rare"), 2);
  }

  @Test
  void whoHasCreditIsNotToldToWait() {
    asks("rare", 0.01);
    asks("greedy", FLOOD);
    passes(1_000);

    assertEquals(1, tenants.creditInNanos("rare"));
    assertEquals(0, tenants.creditInNanos("unheard of"));
  }

  /** Two who ask for more than there is; one loses half of what it asks for. */
  private void oneIsInWant() {
    asks("poor", 0.6);
    asks("rich", FLOOD);
    isTold("poor", 0.1, 0.3);
    isTold("rich", 0.2, 0);
  }

  @Test
  void whoGetsMoreThanSomebodyInWantMayHaveLessLittleByLittleButNeverNothing() {
    oneIsInWant();

    // What became of requests is known after a second.
    passes(900);
    assertShare(0.5, "rich", share(100));
    // 1.05 x 0.1 are 0.475 less than 0.2, half of which is taken away in a second.
    passes(900);
    assertShare(0.5 * (1 - 0.475 / 2), "rich", share(200));
    passes(900);
    assertShare(0.5 * (1 - 0.475), "rich", share(200));
    passes(2_000);
    Map<String, Double> last = share(200);
    assertShare(0.5 * 0.3, "rich", last);
    assertShare(0.5, "poor", last);
  }

  @Test
  void whenNobodyIsInWantAnyMoreAllIsGivenBackMoreSlowly() {
    oneIsInWant();
    passes(5_000);
    assertShare(0.5 * 0.3, "rich", share(200));

    isTold("poor", 0.1, 0);
    // After 0.8 s less than a tenth of what was asked for was lost in the last second.
    passes(2_700);

    assertShare(0.5 * (0.3 + 2 * 0.125), "rich", share(200));
  }

  @Test
  void evenWhereSomebodyGetsManyTimesAsMuchItIsTakenAwayInTwoSeconds() {
    oneIsInWant();
    isTold("poor", 0.001, 0.3);
    isTold("rich", 0.9, 0);

    passes(1_900);

    assertShare(0.5 * 0.5, "rich", share(200));
  }

  @Test
  void whoGetsHardlyMoreKeepsItsShare() {
    oneIsInWant();
    isTold("rich", 0.104, 0);

    passes(4_000);

    assertShare(0.5, "rich", share(200));
  }

  @Test
  void itIsForItsWeightThatSomebodyGetsMore() {
    tenants = tenants(Map.of("rich", 2.0), 256);
    oneIsInWant();

    passes(4_000);
    assertShare(2.0 / 3, "rich", share(200));

    isTold("rich", 0.4, 0);
    passes(4_000);
    assertTrue(share(200).get("rich") < 0.5);
  }

  @Test
  void amongThoseInWantTheWorstOffCounts() {
    oneIsInWant();
    asks("alsoPoor", 0.6);
    isTold("alsoPoor", 0.15, 0.3);

    passes(2_900);

    Map<String, Double> shares = share(200);
    assertShare((1 - 0.475) / 3, "rich", shares);
    assertShare((1 - 0.3) / 3, "alsoPoor", shares);
  }

  @Test
  void whoLosesATenthIsNotInWantAndWhoLosesMoreIs() {
    oneIsInWant();
    isTold("poor", 0.1, 0.055);
    passes(3_000);
    assertShare(0.5, "rich", share(200));

    isTold("poor", 0.1, 0.065);
    passes(3_000);
    assertTrue(share(200).get("rich") < 0.4);
  }

  @Test
  void theLossesOfWhoAsksForHardlyAnythingTellNothing() {
    asks("tiny", 0.019);
    asks("greedy", FLOOD);
    isTold("tiny", 0.001, 0.018);
    isTold("greedy", 0.2, 0);
    passes(4_000);
    assertShare(0.976, "greedy", share(200));

    asks("tiny", 0.022);
    passes(4_000);
    assertTrue(share(200).get("greedy") < 0.7);
  }

  @Test
  void whoHasJustComeIsNotYetInWant() {
    asks("rich", FLOOD);
    asks("other", 0.1);
    isTold("rich", 0.2, 0);
    isTold("other", 0.2, 0);
    passes(3_000);
    asks("poor", 0.6);
    isTold("poor", 0.01, 0.3);

    passes(900);
    double before = share(50).get("rich");
    passes(1_000);

    // Others' demand is known by then, and stays as it is.
    assertTrue(share(50).get("rich") < 0.8 * before, "a second later it is");
    assertTrue(before > 0.42, () -> "before, it had " + before + " of 0.4375");
  }

  @Test
  void tenantsBeyondTheBoundShareOneAccountAndOneThatWasLeftIsTakenUp() {
    tenants = tenants(Map.of("named", 1.0), 1);
    asks("named", FLOOD); // Has an account of its own in any case.
    asks("first", FLOOD);
    asks("second", FLOOD);
    asks("third", FLOOD);
    passes(1_000);
    Map<String, Double> three = share(1_000);
    assertShare(1.0 / 3, "named", three);
    assertShare(1.0 / 3, "first", three);
    assertEquals(1.0 / 3, three.get("second") + three.get("third"), ROUGHLY);

    asks("first", 0);
    passes(1_300); // Nobody remembers it.
    asks("fourth", FLOOD);
    passes(1_000);

    Map<String, Double> again = share(1_000);
    assertShare(1.0 / 3, "second", again);
    assertEquals(1.0 / 3, again.get("third") + again.get("fourth"), ROUGHLY);
  }

  @Test
  void whatIsToldOfThoseBeyondTheBoundCountsForTheirAccount() {
    tenants = tenants(Map.of("rich", 1.0), 1);
    asks("first", 0.01);
    oneIsInWant();

    passes(3_000);

    assertTrue(share(200).get("rich") < 0.4);
  }

  @Test
  void whoIsAloneNeitherPaysNorIsHeldToAnything() {
    asks("only", FLOOD);
    isTold("only", 0.1, 3);

    passes(1_000);

    assertShare(FLOOD, "only", share(1_000));
    assertTrue(!tenants.share());
  }
}
