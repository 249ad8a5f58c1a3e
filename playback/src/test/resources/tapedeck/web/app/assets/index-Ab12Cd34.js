document.title = "Tapedeck";
