package kleiber.experiment;

/** Copies one setting to another. */
public record StandInRule(String sets, String copies) implements Rule {
  @Override
  public double value(Cell cell) {
    return cell.get(copies, Integer.class);
  }
}
