/** Published studies, derived again from their open data: one file a study. */
package kleiber.reproduce;
