package org.clockwork.core.device;

import java.util.ArrayDeque;
import java.util.Optional;

/**
 * The weights cache of one device: which of its equal pages are free. Knows nothing of models and
 * evicts nothing; the controller decides that.
 */
public final class PageCache {
  private final int pages;
  private final ArrayDeque<Integer> free;
  private final boolean[] taken;

  public PageCache(int pages) {
    this.pages = pages;
    this.free = new ArrayDeque<>(pages);
    this.taken = new boolean[pages];
    for (int page = 0; page < pages; page++) {
      free.add(page);
    }
  }

  public int pages() {
    return pages;
  }

  public int freePages() {
    return free.size();
  }

  /** Takes that many pages, or none where fewer are free. */
  public Optional<PageSet> take(int count) {
    if (count > free.size()) {
      return Optional.empty();
    }
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) {
      indices[i] = free.removeFirst();
      taken[indices[i]] = true;
    }
    return Optional.of(new PageSet(indices));
  }

  /** Gives pages back; the ones longest free are taken first again. */
  public void giveBack(PageSet set) {
    for (int i = 0; i < set.count(); i++) {
      int page = set.index(i);
      if (!taken[page]) {
        throw new IllegalStateException("page " + page + " is given back but was not taken");
      }
      taken[page] = false;
      free.addLast(page);
    }
  }
}
