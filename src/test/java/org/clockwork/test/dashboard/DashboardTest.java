package org.clockwork.test.dashboard;

import static org.clockwork.test.dashboard.LiveServer.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.clockwork.benchmarks.dashboard.Browser;
import org.clockwork.benchmarks.dashboard.SimulatedBoard;
import org.clockwork.gateway.board.BoardPage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard in a real browser, before a server with a load. */
@Timeout(120)
class DashboardTest {
  private static final String GROUND = "getComputedStyle(document.body).backgroundColor";

  @TempDir static Path folder;

  private static LiveServer server;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> program = Browser.program();
    assumeTrue(program.isPresent(), "no Chromium here: apt-get install chromium");
    server = LiveServer.start(folder.resolve("logs"));
    Path profile = Files.createDirectory(folder.resolve("profile"));
    browser = Browser.open(server.process.vertx(), program.get(), profile);
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void openTheBoard() throws Exception {
    browser.look(1440, 1000, "dark");
    browser.go(server.url() + "/");
    browser.await("document.getElementById('status')?.dataset.kind === 'live'");
  }

  @Test
  void theBoardMovesWithTheLoadAndComplainsOfNothing() throws Exception {
    browser.await("Number(document.getElementById('goodput').textContent) > 0");
    browser.await("document.querySelectorAll('#fleet button').length === 2");
    browser.await("document.querySelector('.rows .row')?.textContent.startsWith('tiny')");
    String first = (String) browser.evaluate("document.documentElement.dataset.frames");
    browser.await("document.documentElement.dataset.frames > " + first);
    // What was drawn of an EXEC is coloured; the ground that it is drawn on is grey.
    browser.await(
        """
        (() => {
          const canvas = document.getElementById('gantt');
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          for (let i = 0; i < data.length; i += 4) {
            if (data[i + 3] && Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) > 60) return true;
          }
          return false;
        })()\
        """);
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void aRequestIsExplainedByItsIdAndByItsClientsOwn() throws Exception {
    String id = server.ask("order 7/ä", 10_000).getString("request_id");
    for (String name : List.of(id, "order 7/ä")) {
      browser.evaluate(
          "document.getElementById('query').value = '%s'; document.querySelector('#search button').click()"
              .formatted(name));
      browser.await("document.querySelector('#story .verdict b')?.textContent === 'met'");
      assertEquals("Request " + id, browser.evaluate("title.textContent"));
      assertTrue(((String) browser.evaluate("story.textContent")).contains("order 7/ä"));
      assertTrue((boolean) browser.evaluate("!!document.querySelector('#story svg .exec')"));
      browser.press("Escape");
      browser.await("!explained.open && location.hash === ''");
    }
  }

  @Test
  void aMissIsListedAndLeadsToItsExplanation() throws Exception {
    String id = server.ask("too tight", 0.5).getString("request_id");
    String link = "document.querySelector('#feed a[href=\"#explain=%s\"]')".formatted(id);
    browser.await("!!" + link);
    browser.evaluate(link + ".click()");
    browser.await("document.querySelector('#story .verdict b')?.textContent === 'refused'");
    assertTrue(((String) browser.evaluate("story.textContent")).contains("no capacity"));
  }

  @Test
  void aWorkerThatJoinsIsShownAndOneThatLeavesIsGone() throws Exception {
    browser.await("document.querySelectorAll('#fleet button').length === 2");
    String worker = server.join("W7");
    browser.await("document.querySelectorAll('#fleet button').length === 3");
    browser.await("feed.textContent.includes('W7-GPU0 joined')");
    server.leave(worker);
    browser.await("document.querySelectorAll('#fleet button').length === 2");
    browser.await("feed.textContent.includes('W7-GPU0 left')");
  }

  @Test
  void itIsDarkOrLightAsTheSystemIsUnlessSomebodyChose() throws Exception {
    Object dark = browser.evaluate(GROUND);
    browser.look(1440, 1000, "light");
    Object light = browser.evaluate(GROUND);
    assertNotEquals(dark, light);
    browser.evaluate("theme.click()"); // From auto to dark.
    assertEquals(dark, browser.evaluate(GROUND));
    browser.go(server.url() + "/");
    browser.await("document.getElementById('theme')?.value === 'dark'");
    assertEquals(dark, browser.evaluate(GROUND));
    browser.evaluate("localStorage.clear()");
  }

  @Test
  void onAPhoneNothingSticksOutAtTheSides() throws Exception {
    for (int width : List.of(390, 320, 800)) {
      browser.look(width, 844, "light");
      browser.await("Number(document.getElementById('goodput').textContent) > 0");
      assertEquals(
          true, browser.evaluate("document.documentElement.scrollWidth <= innerWidth"), "" + width);
    }
  }

  @Test
  void theDevicesAreReachedAndStoppedByKeys() throws Exception {
    browser.await("document.querySelectorAll('#fleet button').length === 2");
    browser.evaluate("document.querySelector('.skip').focus()");
    browser.press("Enter");
    browser.evaluate("gantt.focus()");
    browser.press(" ");
    browser.await("pause.textContent === 'Paused'");
    browser.press("-");
    browser.await("document.querySelector('#spans [aria-pressed=true]').value === '4000'");
    browser.press(" ");
    browser.await("pause.textContent === 'Pause'");
  }

  @Test
  void aRecordedStreamIsPlayedOverAndOver() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    new SimulatedBoard(20, 200, 400).record(2, lines::add);
    HttpServer files =
        await(
            server
                .process
                .vertx()
                .createHttpServer()
                .requestHandler(
                    request -> {
                      String word = request.path().replaceFirst("^/(board/)?", "");
                      BoardPage.fileAt(word)
                          .ifPresentOrElse(
                              file -> BoardPage.write(request, file),
                              () -> request.response().end(String.join("\n", lines)));
                    })
                .listen(0, "127.0.0.1"));
    browser.go("http://127.0.0.1:%d/?replay=/recorded.ndjson".formatted(files.actualPort()));
    browser.await("document.getElementById('status')?.dataset.kind === 'replay'");
    browser.await("document.querySelectorAll('#fleet button').length === 20");
    browser.await("document.getElementById('served').textContent.includes('200')");
    String last = new JsonObject(lines.getLast()).getLong("seq").toString();
    browser.await("document.documentElement.dataset.frames === '%s'".formatted(last));
    browser.await("document.documentElement.dataset.frames !== '%s'".formatted(last));
    await(files.close());
    assertEquals(List.of(), browser.complaints());
  }
}
