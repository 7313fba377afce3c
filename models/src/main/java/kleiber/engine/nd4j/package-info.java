/** The engine on ND4J's operations, and Deeplearning4j's recurrent network. */
package kleiber.engine.nd4j;
