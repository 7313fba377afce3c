package kleiber.experiment;

import java.util.Optional;

/**
 * How the best learning rate and batch grow with model and data, from a grid that tries several of
 * both at several sizes; checked at the sizes that are held out.
 *
 * @param ruleOfThumb what is used without the law, for comparison at the held-out sizes
 */
public record HyperparameterLaw(Optional<LearningRateBySize> ruleOfThumb) implements StudyPlan {}
