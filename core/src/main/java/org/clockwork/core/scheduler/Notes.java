package org.clockwork.core.scheduler;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a policy keeps of each model, or of each GPU. They carry it themselves: a scheduler that
 * decides hundreds of thousands of times a second can't afford to look it up.
 */
public final class Notes<B extends Notes.Bearer, N> {
  private final int place;
  private final Function<B, N> blank;

  /** Something that notes are kept of; it has all of them. */
  public abstract static class Bearer {
    private Object[] notes = {};

    Bearer() {}
  }

  Notes(int place, Function<B, N> blank) {
    this.place = place;
    this.blank = blank;
  }

  /** The note of this one, made if there is none. */
  public N of(B bearer) {
    Object[] notes = notesOf(bearer);
    return place < notes.length && notes[place] != null ? note(notes) : made(bearer);
  }

  /** Takes the note away, if there is one. */
  public Optional<N> remove(B bearer) {
    Object[] notes = notesOf(bearer);
    if (place >= notes.length || notes[place] == null) {
      return Optional.empty();
    }
    N note = note(notes);
    notes[place] = null;
    return Optional.of(note);
  }

  private N made(B bearer) {
    N note = blank.apply(bearer);
    Bearer any = bearer;
    if (place >= any.notes.length) {
      any.notes = Arrays.copyOf(any.notes, place + 1);
    }
    any.notes[place] = note;
    return note;
  }

  private static Object[] notesOf(Bearer bearer) {
    return bearer.notes;
  }

  /** Nobody else writes there. */
  @SuppressWarnings("unchecked")
  private N note(Object[] notes) {
    return (N) notes[place];
  }
}
