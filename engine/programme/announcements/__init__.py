"""What is told to the public: notices, public notices, publications."""
