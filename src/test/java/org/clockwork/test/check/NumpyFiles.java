package org.clockwork.test.check;

import java.util.Base64;

/** Files as NumPy 2.5 wrote them. */
final class NumpyFiles {
  private NumpyFiles() {}

  /** {@code np.save(file, np.array([[1, 2, 3], [4, 5, 6]], dtype='<f4'))}. */
  static byte[] twoRows() {
    return Base64.getDecoder()
        .decode(
            "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAIA/AAAAQAAAQEAAAIBAAACgQAAAwEA=");
  }

  /** {@code np.savez(file, ids=np.array([[1, 2]]), weights=np.array([[3, 4]]))}. */
  static byte[] idsAndWeights() {
    return Base64.getDecoder()
        .decode(
            "UEsDBC0AAAAAAAAAIQDJvGjW//////////8HABQAaWRzLm5weQEAEACQAAAAAAAAAJAAAAAAAAAAk05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDEsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAAAAAAAAAAIAAAAAAAAAUEsDBC0AAAAAAAAAIQAtkKeX//////////8LABQAd2VpZ2h0cy5ucHkBABAAkAAAAAAAAACQAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxpOCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgxLCAyKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAwAAAAAAAAAEAAAAAAAAAFBLAQItAy0AAAAAAAAAIQDJvGjWkAAAAJAAAAAHAAAAAAAAAAAAAACAAQAAAABpZHMubnB5UEsBAi0DLQAAAAAAAAAhAC2Qp5eQAAAAkAAAAAsAAAAAAAAAAAAAAIAByQAAAHdlaWdodHMubnB5UEsFBgAAAAACAAIAbgAAAJYBAAAAAA==");
  }
}
