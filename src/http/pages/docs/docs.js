// Shows the document.
