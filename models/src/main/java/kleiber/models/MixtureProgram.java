package kleiber.models;

import java.util.List;
import java.util.Optional;
import kleiber.engine.ExpertKernel;
import kleiber.engine.Kernel;
import kleiber.engine.Tensor;
import kleiber.engine.Tensor.Role;

/** {@link GptProgram} with experts in the place of some blocks' MLPs, their maps called as its. */
final class MixtureProgram extends GptProgram {
  /** What names of routers end with. */
  static final String ROUTER = ".router.weight";

  private final MixtureOfExperts mixture;
  private final int batch;
  private final int context;

  MixtureProgram(MixtureOfExperts mixture, int vocabulary, int batch, int context) {
    super(mixture.dense(), vocabulary, batch, context);
    this.mixture = mixture;
    this.batch = batch;
    this.context = context;
  }

  @Override
  Tensor feedForward(int block, String name, Tensor x_BxTxD) {
    if (!mixture.hasExperts(block)) {
      return super.feedForward(block, name, x_BxTxD);
    }
    Tensor gates_BxTxE = route(name, x_BxTxD);
    Tensor h = experts(name + ".up", x_BxTxD, gates_BxTxE, mixture.expertColumns());
    Tensor y_BxTxKxF = nonlinear(h, ofSlots(name + ".activation", mixture.expertWidth()));
    Tensor z_BxTxKxD = experts(name + ".down", y_BxTxKxF, gates_BxTxE, mixture.width());
    Tensor sum_BxTxD = activation(name + ".sum", x_BxTxD, mixture.width());
    return run(new ExpertKernel.Combine(z_BxTxKxD, gates_BxTxE, sum_BxTxD));
  }

  private Tensor route(String name, Tensor x_BxTxD) {
    Tensor weight_DxE = parameter(name + ROUTER, mixture.width(), mixture.experts());
    Tensor logits_BxTxE =
        run(
            new Kernel.Linear(
                x_BxTxD,
                weight_DxE,
                false,
                Optional.empty(),
                activation(name + ".router", x_BxTxD, mixture.experts())));
    return run(
        new ExpertKernel.Route(
            logits_BxTxE,
            mixture.topK(),
            mixture.topK() > 1,
            1 / mixture.dense().widening(),
            mixture.balance().orElse(0),
            mixture.routerZLoss().orElse(0),
            activation(name + ".gates", x_BxTxD, mixture.experts())));
  }

  private Tensor experts(String name, Tensor x, Tensor gates_BxTxE, int columns) {
    int experts = mixture.experts();
    Tensor weight_ExIxO =
        new Tensor(
            name + ".weight",
            Role.PARAMETER,
            List.of(experts, x.last(), columns),
            true,
            1 / mixture.dense().widening());
    Optional<Tensor> bias_ExO =
        mixture.biases()
            ? Optional.of(
                new Tensor(name + ".bias", Role.PARAMETER, List.of(experts, columns), false))
            : Optional.empty();
    return run(
        new ExpertKernel.Linear(x, gates_BxTxE, weight_ExIxO, bias_ExO, ofSlots(name, columns)));
  }

  private Tensor ofSlots(String name, int columns) {
    List<Integer> shape = List.of(batch, context, mixture.topK(), columns);
    return new Tensor(name, Role.ACTIVATION, shape);
  }
}
