package org.clockwork.codecs.wire;

/** Several messages, each with its family's number before it. */
final class ParcelForm implements WireForm<Parcel> {
  @Override
  public void write(WireWriter out, Parcel parcel) {
    out.list(
        parcel.messages(),
        (to, message) -> {
          int number = Families.numberOf(message);
          to.int8(number);
          Families.NUMBERED.get(number).write(to, message);
        });
  }

  @Override
  public Parcel read(WireReader in) {
    return new Parcel(in.list("messages", 1, ParcelForm::message));
  }

  private static Object message(WireReader in) {
    int number = in.int8("family");
    if (number < 0 || number >= Families.NUMBERED.size()) {
      throw in.wrong("family", "0 to " + (Families.NUMBERED.size() - 1), number);
    }
    return Families.NUMBERED.get(number).form().read(in);
  }
}
