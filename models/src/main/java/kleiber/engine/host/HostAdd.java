package kleiber.engine.host;

import kleiber.engine.Kernel;

final class HostAdd extends HostOperation {
  private final int d;
  private final HostField a;
  private final HostField da;
  private final HostField b;
  private final HostField db;
  private final HostField y;
  private final HostField dy;

  HostAdd(Kernel.Add k, HostMemory memory) {
    super(memory, k.y_RxD().rows());
    d = k.y_RxD().last();
    a = memory.values(k.a_RxD());
    da = memory.gradients(k.a_RxD());
    b = memory.values(k.b_RxD());
    db = memory.gradients(k.b_RxD());
    y = memory.values(k.y_RxD());
    dy = memory.gradients(k.y_RxD());
  }

  @Override
  void forward(HostTile tile, HostScratch scratch) {
    int length = rows(tile) * d;
    pass(a.array(tile), a.at(tile), y.array(tile), y.at(tile), length, false);
    pass(b.array(tile), b.at(tile), y.array(tile), y.at(tile), length, true);
  }

  @Override
  void backward(HostTile tile, boolean[] add, HostScratch scratch) {
    int length = rows(tile) * d;
    pass(dy.array(tile), dy.at(tile), da.array(tile), da.at(tile), length, add[0]);
    pass(dy.array(tile), dy.at(tile), db.array(tile), db.at(tile), length, add[1]);
  }
}
