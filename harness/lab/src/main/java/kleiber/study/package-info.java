/** What an experiment's own results answer beside its law. */
package kleiber.study;
