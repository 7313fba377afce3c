/** The command line: one class per verb. */
package kleiber.cli;
