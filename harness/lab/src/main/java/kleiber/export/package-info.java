/** The logs of runs as other programs take them: TensorBoard, MLflow. */
package kleiber.export;
