package kleiber.train;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A model while it trains, and the members whose training it is so far. Members that began alike
 * share it until the first step at which their learning rates differ: there it forks.
 *
 * @param model its number among the models that train
 * @param members at least one
 */
record Lineage(int model, List<Member> members) {
  Lineage {
    members = List.copyOf(members);
  }

  /** One lineage for each way to begin, numbered from 0. */
  static List<Lineage> begin(List<Member> members) {
    Map<Member.Beginning, List<Member>> alike = new LinkedHashMap<>();
    for (Member member : members) {
      alike.computeIfAbsent(member.beginning(), _ -> new ArrayList<>()).add(member);
    }
    return numbered(alike.values());
  }

  /**
   * Lineages as they were saved, numbered anew from 0.
   *
   * @param members of the whole cohort
   */
  static List<Lineage> resume(List<Member> members, List<Snapshot.State> states) {
    Map<Integer, List<Member>> alike = new TreeMap<>();
    for (Snapshot.State state : states) {
      Member member = members.get(state.member());
      member.resume(state);
      alike.computeIfAbsent(state.model(), _ -> new ArrayList<>()).add(member);
    }
    return numbered(alike.values());
  }

  private static List<Lineage> numbered(Collection<List<Member>> groups) {
    List<Lineage> lineages = new ArrayList<>();
    groups.forEach(group -> lineages.add(new Lineage(lineages.size(), group)));
    return lineages;
  }

  /** Where those of its members are that still train. */
  List<Snapshot.State> states(int savedAs) {
    return members.stream().filter(Member::active).map(member -> member.state(savedAs)).toList();
  }

  /** The members that take a step, one lineage for each way to take it, all of this model. */
  List<Lineage> fork(long step) {
    Map<Double, List<Member>> alike = new LinkedHashMap<>();
    for (Member member : members) {
      if (member.active()) {
        alike.computeIfAbsent(member.fractionOfPeak(step), _ -> new ArrayList<>()).add(member);
      }
    }
    return alike.values().stream().map(group -> new Lineage(model, group)).toList();
  }

  /** The same members with a model of another number. */
  Lineage on(int number) {
    return new Lineage(number, members);
  }

  /** Any of its members: until the next fork they are alike. */
  Member any() {
    return members.getFirst();
  }

  /** Whether the step after this one is taken by the same members as one, as far as is known. */
  boolean goesOn(long step) {
    return members.stream().allMatch(member -> step < member.steps())
        && fork(step + 1).equals(List.of(this));
  }

  /** Notes a step's loss and gradient norm. */
  void note(long step, double loss, double norm) {
    members.forEach(member -> member.note(step, loss, norm));
  }

  /** Whether a member's checkpoint is due after a step. */
  boolean due(long step) {
    return members.stream().anyMatch(member -> member.due(step));
  }

  /** Logs a row for each member whose checkpoint is due. */
  void checkpoint(
      long step,
      Map<String, Checkpoint.HeldOutLoss> heldOut,
      Optional<Map<String, Double>> evaluations) {
    for (Member member : members) {
      if (member.due(step)) {
        member.checkpoint(step, heldOut, evaluations);
      }
    }
  }

  /** Ends the members for which a step was the last. */
  void finish(long step, Supplier<Snapshot.Tensors> weights) {
    members.forEach(member -> member.finish(step, weights));
  }
}
