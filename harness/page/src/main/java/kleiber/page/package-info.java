/** A report's page in a browser: the fitter and the figures, compiled to JavaScript. */
package kleiber.page;
