/** From observations and fits to pages, figures and tables. */
package kleiber.report;
