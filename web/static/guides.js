/* A button that prints the guide: there only where a script can do it. */
const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
